import { createHash, timingSafeEqual } from 'node:crypto'
import type { ClientEntity } from '../../declarative/entities.ts'
import type { Exchange } from '../../exchange.ts'
import type { Fields } from '../../json-fields.ts'
import { jsonAnswer, type AnswerHeaders, type OwnAnswer } from '../../own-answer.ts'
import type { EdgeParts } from '../../plugin.ts'
import type { EdgeRequest } from '../../proxy/edge-request.ts'
import { randomToken, type TokenSubject } from '../../tokens/token-rows.ts'
import { Arguments } from '../arguments.ts'
import { bodyParameters } from '../body-parameters.ts'
import type { OAuth2Settings } from '../oauth2.ts'

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

export function invalidRequest(description: string): OAuth2Error {
  return new OAuth2Error('invalid_request', description)
}

function invalidScope(description: string): OAuth2Error {
  return new OAuth2Error('invalid_scope', description)
}

/** What Kong says of a client that it does not know, or whose secret is wrong. */
export function invalidClient(challenge?: string): OAuth2Error {
  return new OAuth2Error('invalid_client', 'Invalid client authentication', challenge)
}

/** The parameters of the query and the body, of which the body's win; without a promise where there is no body. */
export function readParameters(request: EdgeRequest): Fields | Promise<Fields> {
  const inQuery = Arguments.read(request.query).toRecord()
  const inBody = ['POST', 'PUT', 'PATCH'].includes(request.method) ? bodyParameters(request) : {}
  return inBody instanceof Promise ? inBody.then((body) => ({ ...inQuery, ...body })) : { ...inQuery, ...inBody }
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** Whether what was sent is a secret, in the same time wherever it differs. */
export function isSecret(sent: unknown, secret: string): boolean {
  return typeof sent === 'string' && timingSafeEqual(digestOf(sent), digestOf(secret))
}

/** Whether a parameter is missing or an empty text. */
export function isBlank(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value.trim() === '')
}

/** A parameter to be stored, null where there is none. Kong fails with a 500 where it is no text. */
export function storable(name: string, value: unknown): string | null {
  if (value === undefined) return null
  if (typeof value === 'string' && value !== '') return value
  throw invalidRequest(`Invalid ${name}`)
}

/** A call of one of the plugin's endpoints. Whatever is found wrong is thrown as an OAuth2Error. */
export class EndpointCall {
  readonly settings: OAuth2Settings
  readonly edge: EdgeParts
  readonly exchange: Exchange
  /** Texts, `true` for a name without '=', lists for repeated names, and whatever JSON has. */
  readonly parameters: Fields

  constructor(settings: OAuth2Settings, edge: EdgeParts, exchange: Exchange, parameters: Fields) {
    this.settings = settings
    this.edge = edge
    this.exchange = exchange
    this.parameters = parameters
  }

  /** The service that tokens are good for; null where the credentials are global. */
  get serviceId(): string | null {
    return this.settings.global_credentials ? null : (this.exchange.service?.id ?? null)
  }

  answer(status: number, body: object, headers: AnswerHeaders = []): OwnAnswer {
    return jsonAnswer(status, body, [['cache-control', 'no-store'], ['pragma', 'no-cache'], ...headers])
  }

  answerError({ code, message, challenge }: OAuth2Error): OwnAnswer {
    const body = { error: code, error_description: message, state: this.parameters['state'] }
    return challenge === undefined ? this.answer(400, body) : this.answer(401, body, [['WWW-Authenticate', challenge]])
  }

  /** Passes what came over https, or over a trusted proxy that ended https where the plugin accepts that. */
  requireHttps(): void {
    const { connection, scheme, headers } = this.exchange.request
    if (connection.isTls) return
    const isAccepted = this.settings.accept_http_if_already_terminated
    const told = isAccepted && connection.isTrusted ? headers.getAll('x-forwarded-proto').join() : ''
    if (isAccepted && scheme === 'https' && !told.includes(',')) return
    const text = told.includes(',') ? 'Only one X-Forwarded-Proto header allowed' : 'You must use HTTPS'
    throw new OAuth2Error('access_denied', text)
  }

  /** Passes what proves to come from the sign-in page; nothing where no key is configured. */
  requireProvisionKey(): void {
    const { provision_key: key } = this.settings
    if (key !== undefined && isSecret(this.parameters['provision_key'], key)) return
    throw new OAuth2Error('invalid_provision_key', 'Invalid provision_key')
  }

  /** Passes where the call names the user that it is made for. */
  requireUser(): void {
    if (!isBlank(this.parameters['authenticated_userid'])) return
    throw new OAuth2Error('invalid_authenticated_userid', 'Missing authenticated_userid parameter')
  }

  /** Passes where no redirect_uri is named, or one that the client has registered. */
  requireRegistered(uri: unknown, client: ClientEntity): void {
    if (uri === undefined || client.redirect_uris.some((registered) => registered === uri)) return
    throw invalidRequest('Invalid redirect_uri that does not match with any redirect_uri created with the application')
  }

  clientOf(id: unknown): ClientEntity | undefined {
    return typeof id === 'string' ? this.edge.credentials.clients.get(id) : undefined
  }

  /** Whether a client must bring a code challenge. */
  needsPkce({ client_type: type }: ClientEntity): boolean {
    return type === 'public' ? this.settings.pkce !== 'none' : this.settings.pkce === 'strict'
  }

  /** Whom and what a new token or code stands for. */
  subjectOf({ id }: ClientEntity): TokenSubject {
    const scope = this.#readScope()
    return {
      credential_id: id,
      scope,
      authenticated_user_id: storable('authenticated_userid', this.parameters['authenticated_userid']),
    }
  }

  /** The asked scopes in order, null for none (an empty text passes even where a scope is mandatory). */
  #readScope(): string | null {
    const { scopes, mandatory_scope: isMandatory } = this.settings
    const { scope: asked } = this.parameters
    if (asked === undefined && isMandatory) throw invalidScope('You must specify a scope')
    if (asked === undefined || scopes === undefined) return null
    if (typeof asked !== 'string') throw invalidScope('scope must be a string')
    const words = asked.split(/\s+/).filter((word) => word !== '')
    const unknown = words.find((word) => !scopes.includes(word))
    if (unknown !== undefined) throw invalidScope(`"${unknown}" is an invalid scope`)
    return words.join(' ') || null
  }

  /**
   * Makes and stores a token, and answers what the client is told; with a refresh token where it is told to, unless
   * tokens never expire. With `used` it takes the place of the token that this one refreshes; undefined where that has
   * been refreshed meanwhile. Lifetimes count from the second in which it is made, as in Kong's database.
   */
  async issueToken(subject: TokenSubject, withRefresh: boolean, used?: string): Promise<object | undefined> {
    const { tokens, now } = this.edge
    const { token_expiration: lifetime, refresh_token_ttl: refreshLifetime } = this.settings
    const access = randomToken()
    const isKept = this.settings.reuse_refresh_token && used !== undefined
    const refresh = isKept ? used : withRefresh && lifetime > 0 ? randomToken() : undefined
    const madeAt = Math.floor(now() / 1000) * 1000
    const token = {
      credential_id: subject.credential_id,
      scope: subject.scope,
      authenticated_user_id: subject.authenticated_user_id,
      service_id: this.serviceId,
      expires_at: lifetime > 0 ? madeAt + lifetime * 1000 : null,
    }
    const refreshUntil = lifetime > 0 && refreshLifetime > 0 ? madeAt + refreshLifetime * 1000 : null
    const pair = { access, refresh, refreshUntil }
    if (used === undefined) await tokens.saveToken(pair, token)
    else if (!(await tokens.rotate(used, pair, token))) return undefined
    return {
      access_token: access,
      token_type: 'bearer',
      expires_in: lifetime > 0 ? lifetime : undefined,
      refresh_token: refresh,
      state: this.parameters['state'],
    }
  }
}
