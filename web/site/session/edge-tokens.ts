import { z } from 'zod'
import type { EdgeConnections } from '../../http/edge-connections.ts'

/** What the edge gives for a grant. */
export interface TokenPair {
  readonly accessToken: string
  /** Null for a client without a user. */
  readonly refreshToken: string | null
  readonly expiresInSeconds: number
}

/** The edge did not answer: nothing is known of the grant. */
export class EdgeUnreachable extends Error {
  override readonly name = 'EdgeUnreachable'
}

/** Asks the edge's token endpoint as the website. */
export interface EdgeTokens {
  /** A token of the site itself, for visitors who are not signed in. */
  ofSite(): Promise<TokenPair | null>
  /** Null where the edge refuses the code. */
  fromCode(code: string, verifier: string, redirectUri: string): Promise<TokenPair | null>
  /** Null where the edge refuses the refresh token: used before, expired or revoked. */
  refreshed(refreshToken: string): Promise<TokenPair | null>
}

export interface EdgeTokensOptions {
  readonly connections: EdgeConnections
  readonly edgeUrl: string
  readonly clientSecret: string
}

const timeoutMs = 5000
const clientId = 'website'

const answerShape = z.object({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  expires_in: z.coerce.number(),
})

/** Throws EdgeUnreachable where the edge does not answer, or answers as no edge does. */
export function createEdgeTokens({ connections, edgeUrl, clientSecret }: EdgeTokensOptions): EdgeTokens {
  return {
    ofSite: () => ask({ grant_type: 'client_credentials' }),
    fromCode: (code, verifier, redirectUri) =>
      ask({ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri }),
    refreshed: (refreshToken) => ask({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  }

  async function ask(grant: Readonly<Record<string, string>>): Promise<TokenPair | null> {
    const { status, body } = await post({ ...grant, client_id: clientId, client_secret: clientSecret })
    if (status === 400 || status === 401) return null
    const answer = answerShape.safeParse(body)
    if (status !== 200 || !answer.success) throw new EdgeUnreachable(`the token endpoint answered ${status}`)
    const { access_token, refresh_token = null, expires_in } = answer.data
    return { accessToken: access_token, refreshToken: refresh_token, expiresInSeconds: expires_in }
  }

  async function post(form: Readonly<Record<string, string>>): Promise<{ status: number; body: unknown }> {
    try {
      const dispatcher = await connections.current()
      const { statusCode, body } = await dispatcher.request({
        origin: new URL(edgeUrl).origin,
        path: '/oauth2/token',
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams(form).toString(),
        signal: AbortSignal.timeout(timeoutMs),
      })
      return { status: statusCode, body: await body.json() }
    } catch (cause) {
      throw new EdgeUnreachable('the token endpoint does not answer', { cause })
    }
  }
}
