import { createHash, timingSafeEqual } from 'node:crypto'
import type { ClientEntity } from '../../declarative/entities.ts'
import type { Exchange } from '../../exchange.ts'
import { jsonAnswer, type AnswerHeaders, type OwnAnswer } from '../../own-answer.ts'
import type { EdgeParts } from '../../plugin.ts'
import type { EdgeRequest } from '../../proxy/edge-request.ts'
import type { TokenSubject } from '../../tokens/token-rows.ts'
import { Arguments } from '../arguments.ts'
import { bodyParameters, type Parameters } from '../body-parameters.ts'
import type { OAuth2Settings } from './settings.ts'

/** What is wrong with a call; `challenge` is a WWW-Authenticate header, and makes the status 401. */
export class OAuth2Error extends Error {
  override readonly name = 'OAuth2Error'
  readonly code: string
  readonly challenge: string | undefined

  constructor(code: string, description: string, challenge?: string) {
    super(description)
    this.code = code
    this.challenge = challenge
  }
}

/** What Kong says of a client that it does not know, or whose secret is wrong. */
export function invalidClient(challenge?: string): OAuth2Error {
  return new OAuth2Error('invalid_client', 'Invalid client authentication', challenge)
}

/** The parameters of the query and the body, of which the body's win; without a promise where there is no body. */
export function readParameters(request: EdgeRequest): Parameters | Promise<Parameters> {
  const inQuery = Arguments.read(request.query).toRecord()
  const inBody = bodyParameters(request)
  return inBody instanceof Promise ? inBody.then((body) => ({ ...inQuery, ...body })) : { ...inQuery, ...inBody }
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** Whether two secrets of any lengths are one, in the same time wherever they differ. */
export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other))
}

const uncached: AnswerHeaders = [
  ['cache-control', 'no-store'],
  ['pragma', 'no-cache'],
]

/** A call of one of the plugin's endpoints. Whatever `require…` and `read…` find wrong is thrown as an OAuth2Error. */
export class EndpointCall {
  readonly settings: OAuth2Settings
  readonly edge: EdgeParts
  readonly exchange: Exchange
  readonly parameters: Parameters

  constructor(settings: OAuth2Settings, edge: EdgeParts, exchange: Exchange, parameters: Parameters) {
    this.settings = settings
    this.edge = edge
    this.exchange = exchange
    this.parameters = parameters
  }

  /** A parameter's text; undefined where it is missing or something else than one text. */
  text(name: string): string | undefined {
    const value = this.parameters[name]
    return typeof value === 'string' ? value : undefined
  }

  /** The service that tokens and codes are good for; null where the credentials are global. */
  get serviceId(): string | null {
    return this.settings.global_credentials ? null : (this.exchange.service?.id ?? null)
  }

  /** Whom and what a new token or code stands for. */
  subjectOf({ id }: ClientEntity): TokenSubject {
    const user = this.text('authenticated_userid')
    return { credential_id: id, scope: this.readScope(), authenticated_user_id: user ?? null }
  }

  answer(status: number, body: object, headers: AnswerHeaders = []): OwnAnswer {
    return jsonAnswer(status, body, [...uncached, ...headers])
  }

  answerError({ code, message, challenge }: OAuth2Error): OwnAnswer {
    const body = { error: code, error_description: message, state: this.text('state') }
    return challenge === undefined ? this.answer(400, body) : this.answer(401, body, [['WWW-Authenticate', challenge]])
  }

  /** Passes what came over https, or over a trusted proxy that ended https where the plugin accepts that. */
  requireHttps(): void {
    const { connection, scheme } = this.exchange.request
    if (connection.isTls || (this.settings.accept_http_if_already_terminated && scheme === 'https')) return
    throw new OAuth2Error('access_denied', 'You must use HTTPS')
  }

  /** Passes what proves to come from the sign-in page; nothing where no key is configured. */
  requireProvisionKey(): void {
    const key = this.text('provision_key')
    const { provision_key: expected } = this.settings
    if (key !== undefined && expected !== undefined && isSameSecret(key, expected)) return
    throw new OAuth2Error('invalid_provision_key', 'Invalid provision_key')
  }

  /** Passes where no redirect_uri is named, or one that the client has registered. */
  requireRegistered(uri: unknown, client: ClientEntity): void {
    if (uri === undefined || client.redirect_uris.some((registered) => registered === uri)) return
    const text = 'Invalid redirect_uri that does not match with any redirect_uri created with the application'
    throw new OAuth2Error('invalid_request', text)
  }

  /** Passes where the call names the user that it is made for. */
  requireUser(): void {
    const user = this.text('authenticated_userid')
    if (user !== undefined && user.trim() !== '') return
    throw new OAuth2Error('invalid_authenticated_userid', 'Missing authenticated_userid parameter')
  }

  /** The asked scopes in order, null for none (an empty text passes even where a scope is mandatory). */
  readScope(): string | null {
    const { scopes, mandatory_scope: isMandatory } = this.settings
    const asked = this.parameters['scope']
    if (asked === undefined && isMandatory) throw new OAuth2Error('invalid_scope', 'You must specify a scope')
    if (asked === undefined || scopes === undefined) return null
    if (typeof asked !== 'string') throw new OAuth2Error('invalid_scope', 'scope must be a string')
    const words = asked.split(/\s+/).filter((word) => word !== '')
    const unknown = words.find((word) => !scopes.includes(word))
    if (unknown !== undefined) throw new OAuth2Error('invalid_scope', `"${unknown}" is an invalid scope`)
    return words.join(' ') || null
  }
}
