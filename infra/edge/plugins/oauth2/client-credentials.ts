import type { OAuth2Client } from '../../plugin.ts'
import { oauth2Error, textOf, type EndpointCall, type OAuth2Error } from './context.ts'

const basicChallenge = 'Basic realm="OAuth2.0"'

interface SentCredentials {
  readonly clientId: string | undefined
  readonly secret: string | undefined
  readonly isBasic: boolean
}

/** The client that a token request names, undefined where none is known, and what is wrong with its secret. */
export interface NamedClient {
  readonly client: OAuth2Client | undefined
  readonly problem: OAuth2Error | undefined
  /** Whether it was named by Basic authentication; credentials in the form win over it. */
  readonly isBasic: boolean
}

/** Reads a token request's client. */
export function readClient(call: EndpointCall): NamedClient {
  const { clientId, secret, isBasic } = sentCredentials(call)
  const client = clientId ? call.edge.credentials.findClient(clientId) : undefined
  return { client, problem: client && problemOf(client, secret, isBasic), isBasic }
}

/** What Kong says of a client that it does not know, or whose secret is wrong. */
export function invalidClient(isBasic = false): OAuth2Error {
  return oauth2Error('invalid_client', 'Invalid client authentication', isBasic ? basicChallenge : undefined)
}

function problemOf(client: OAuth2Client, secret: string | undefined, isBasic: boolean): OAuth2Error | undefined {
  if (client.isPublic) {
    return secret?.trim() ? oauth2Error('invalid_request', 'client_secret is disallowed for public clients') : undefined
  }
  const isRight = secret !== undefined && client.hasSecret(secret)
  return isRight ? undefined : invalidClient(isBasic)
}

function sentCredentials({ settings, exchange, parameters }: EndpointCall): SentCredentials {
  const clientId = textOf(parameters, 'client_id')
  const secret = textOf(parameters, 'client_secret')
  const header = exchange.request.headers.get(settings.auth_header_name)
  if ((clientId !== undefined && secret !== undefined) || header === undefined)
    return { clientId, secret, isBasic: false }
  const [basicId, basicSecret] = basicParts(header)
  if (clientId !== undefined && clientId !== basicId) return { clientId: undefined, secret, isBasic: false }
  return { clientId: basicId, secret: basicSecret, isBasic: true }
}

function basicParts(header: string): readonly (string | undefined)[] {
  const [, encoded] = /^\s*basic\s*(.+)/i.exec(header) ?? []
  return encoded === undefined ? [] : Buffer.from(encoded, 'base64').toString().split(':')
}
