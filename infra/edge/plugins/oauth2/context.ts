import { createHash, timingSafeEqual } from 'node:crypto'
import type { Exchange } from '../../exchange.ts'
import type { EdgeParts } from '../../plugin.ts'
import { readArguments } from '../arguments.ts'
import { bodyParameters, parametersOf, type Parameters } from '../body-parameters.ts'
import type { OAuth2Settings } from './settings.ts'

/** What the endpoints work on. */
export interface EndpointCall {
  readonly settings: OAuth2Settings
  readonly edge: EdgeParts
  readonly exchange: Exchange
  /** Of the query and the body; the body's win. */
  readonly parameters: Parameters
}

/** What is wrong with a call; `challenge` is a WWW-Authenticate header, and makes the status 401. */
export interface OAuth2Error {
  readonly error: string
  readonly error_description: string
  readonly challenge?: string
}

/** An error by its code and text. */
export function oauth2Error(error: string, description: string, challenge?: string): OAuth2Error {
  return { error, error_description: description, ...(challenge !== undefined && { challenge }) }
}

/** Whether a step ended in an error. */
export function isOAuth2Error(result: unknown): result is OAuth2Error {
  return typeof result === 'object' && result !== null && 'error' in result
}

/** Reads the parameters of a request, undefined for those that may have none (a synchronous caller need not wait). */
export function readParameters({ request }: Exchange): Parameters | Promise<Parameters> {
  const inQuery = parametersOf(readArguments(request.query))
  const inBody = bodyParameters(request)
  return inBody instanceof Promise ? inBody.then((body) => ({ ...inQuery, ...body })) : { ...inQuery, ...inBody }
}

/** A parameter's text; undefined where it is missing or something else than one text. */
export function textOf(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name]
  return typeof value === 'string' ? value : undefined
}

/** Whether a call came over https, or over a trusted proxy that ended https where the plugin accepts that. */
export function isSecure({ settings, exchange: { request } }: EndpointCall): boolean {
  return request.isTls || (settings.accept_http_if_already_terminated && request.scheme === 'https')
}

/** Whether a call proves to come from the sign-in page; never where none is configured. */
export function hasProvisionKey({ settings, parameters }: EndpointCall): boolean {
  const key = textOf(parameters, 'provision_key')
  return key !== undefined && settings.provision_key !== undefined && isSame(key, settings.provision_key)
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [one, other].map((value) => createHash('sha256').update(value).digest())
  return left !== undefined && right !== undefined && timingSafeEqual(left, right)
}

/** The user that a call is made for, or what is wrong with it. */
export function requiredUser({ parameters }: EndpointCall): string | OAuth2Error {
  const user = textOf(parameters, 'authenticated_userid')
  if (user !== undefined && user.trim() !== '') return user
  return oauth2Error('invalid_authenticated_userid', 'Missing authenticated_userid parameter')
}

/** The asked scopes in order, undefined for none (an empty text passes even where a scope is mandatory). */
export function readScope({
  settings: { scopes, mandatory_scope },
  parameters,
}: EndpointCall): string | undefined | OAuth2Error {
  const asked = parameters['scope']
  if (asked === undefined) {
    return mandatory_scope ? oauth2Error('invalid_scope', 'You must specify a scope') : undefined
  }
  if (scopes === undefined) return undefined
  if (typeof asked !== 'string') return oauth2Error('invalid_scope', 'scope must be a string')
  const words = asked.split(/\s+/).filter((word) => word !== '')
  const unknown = words.find((word) => !scopes.includes(word))
  if (unknown !== undefined) return oauth2Error('invalid_scope', `"${unknown}" is an invalid scope`)
  return words.length === 0 ? undefined : words.join(' ')
}
