import type { IncomingHttpHeaders } from 'node:http'

/** A status and a JSON body. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** Kong's tokens: issues and rotates them, and lets calls of `/graphql` pass that bring a good one. */
export interface StandingTokens {
  /** The good access tokens by the refresh tokens that replace them. */
  readonly good: Map<string, string>
  /** The refresh tokens that were given in, oldest first. */
  readonly refreshes: string[]
  /** The access tokens that came to `/graphql`, oldest first. */
  readonly calls: string[]
  /** Whether `/graphql` takes no token at all. */
  refusesAll: boolean
  /** What `/oauth2/token` answers: the n-th pair is `access-n` and `refresh-n`. */
  token(form: Readonly<Record<string, string>>): Answer
  /** What `/graphql` answers: the token that it was called with, as its data. */
  graphql(headers: IncomingHttpHeaders): Answer
}

export function createStandingTokens(): StandingTokens {
  const good = new Map<string, string>()
  const refreshes: string[] = []
  const calls: string[] = []
  let pairs = 0
  const tokens: StandingTokens = {
    good,
    refreshes,
    calls,
    refusesAll: false,
    token({ grant_type, refresh_token: old = '' }) {
      const isRefresh = grant_type === 'refresh_token'
      if (isRefresh) refreshes.push(old)
      // A refresh token is good once.
      if (isRefresh && !good.delete(old)) return { status: 400, body: { error: 'invalid_request' } }
      const [access_token, refresh_token] = [`access-${++pairs}`, `refresh-${pairs}`]
      good.set(refresh_token, access_token)
      const isOfUser = grant_type !== 'client_credentials'
      const body = { token_type: 'bearer', expires_in: 3600, access_token, ...(isOfUser && { refresh_token }) }
      return { status: 200, body }
    },
    graphql({ authorization = '' }) {
      const token = authorization.replace('Bearer ', '')
      calls.push(token)
      const isGood = !tokens.refusesAll && [...good.values()].includes(token)
      return isGood ? { status: 200, body: { data: { token } } } : { status: 401, body: { error: 'invalid_token' } }
    },
  }
  return tokens
}
