import { createHash, randomBytes } from 'node:crypto'
import { apps } from '@movieverse/kong/apps.ts'
import { readKongConfig } from '@movieverse/kong/config.ts'
import type { Got } from './send.ts'
import type { TestEdge } from './test-edge.ts'

const config = readKongConfig({})
export const provisionKey = config.settings.PROVISION_KEY
export const [edgeSecret] = config.settings.EDGE_SECRET

/** The secret or key that kong.yml holds for an app, by its client id. */
export function secretOf(clientId: string): string {
  const app = apps.find((candidate) => candidate.clientId === clientId)
  return (app && config.secretOf(app)) ?? ''
}

/** The first redirect address of an app. */
export function redirectUriOf(clientId: string): string {
  return apps.find((candidate) => candidate.clientId === clientId)?.redirectUris[0] ?? ''
}

export type Form = Readonly<Record<string, string>>

const formType = ['Content-Type', 'application/x-www-form-urlencoded'] as const

type SendsTls = Pick<TestEdge, 'sendTls'>

/** Posts a form over https. */
export async function postForm(edge: SendsTls, path: string, form: Form): Promise<Got> {
  return edge.sendTls({ method: 'POST', path, headers: [formType], body: new URLSearchParams(form).toString() })
}

export const askToken = (edge: SendsTls, form: Form): Promise<Got> => postForm(edge, '/oauth2/token', form)

/** Client credentials of the demo service. */
export function serviceForm(changes: Form = {}): Form {
  const secret = secretOf('demo-service')
  return { grant_type: 'client_credentials', client_id: 'demo-service', client_secret: secret, ...changes }
}

/** A token of the demo service: for itself, or with a scope and a user. */
export async function serviceToken(edge: SendsTls, scope?: string, user?: string): Promise<string> {
  const ofUser = user === undefined ? {} : { authenticated_userid: user, provision_key: provisionKey }
  return accessTokenOf(await askToken(edge, serviceForm({ ...(scope !== undefined && { scope }), ...ofUser })))
}

export function accessTokenOf(answer: Got): string {
  const { access_token } = answer.json()
  if (typeof access_token !== 'string') throw new Error(`no token: ${answer.status} ${answer.text}`)
  return access_token
}

export interface Pkce {
  readonly verifier: string
  readonly challenge: string
}

export function newPkce(): Pkce {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** What the sign-in page posts once a person has agreed. */
export function authorizeForm(clientId: string, { challenge }: Pkce, changes: Form = {}): Form {
  return {
    client_id: clientId,
    response_type: 'code',
    scope: 'viewer:read',
    state: 'the-state',
    provision_key: provisionKey,
    authenticated_userid: 'user-1',
    redirect_uri: redirectUriOf(clientId),
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  }
}

export const authorize = (edge: TestEdge, form: Form): Promise<Got> => postForm(edge, '/oauth2/authorize', form)

/** Where the edge sends the browser, its query read. */
export function redirectOf(answer: Got): URL {
  return new URL(String(answer.json().redirect_uri))
}

/** A code for an app and the verifier that belongs to it. */
export async function newCode(edge: TestEdge, clientId: string, changes: Form = {}): Promise<{ code: string } & Pkce> {
  const pkce = newPkce()
  const code = redirectOf(await authorize(edge, authorizeForm(clientId, pkce, changes))).searchParams.get('code')
  if (code === null) throw new Error('no code')
  return { code, ...pkce }
}

export function codeForm(clientId: string, code: string, verifier: string, changes: Form = {}): Form {
  const secret = secretOf(clientId)
  return {
    grant_type: 'authorization_code',
    client_id: clientId,
    ...(secret && { client_secret: secret }),
    code,
    code_verifier: verifier,
    redirect_uri: redirectUriOf(clientId),
    ...changes,
  }
}

/** A token pair of a user through an app, by code and PKCE. */
export async function signIn(
  edge: TestEdge,
  clientId: string,
  user: string,
  scope = 'viewer:read viewer:write',
): Promise<{ access: string; refresh: string }> {
  const { code, verifier } = await newCode(edge, clientId, { authenticated_userid: user, scope })
  const answer = await askToken(edge, codeForm(clientId, code, verifier))
  return { access: accessTokenOf(answer), refresh: String(answer.json().refresh_token) }
}
