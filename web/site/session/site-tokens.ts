import { z } from 'zod'
import { EdgeUnreachable, type EdgeTokens, type TokenPair } from './edge-tokens.ts'
import type { Seal } from './sealed.ts'
import { createSingleFlight } from './single-flight.ts'
import type { SiteTokensRepository, StoredTokens } from './site-tokens.repository.ts'

/** A token is renewed so long before it ends, so that it does not end on its way. */
const marginMs = 30_000

const sealedShape = z.object({ access: z.string(), refresh: z.string().nullable() })

/** The edge refuses to renew a session's tokens: it has ended them, and so they are gone here. Thrown once. */
export class TokensEnded extends Error {
  override readonly name = 'TokensEnded'
}

/** Access tokens by session: they never leave this server. Sessions are named by the hash of their cookie. */
export interface SiteTokens {
  /** The site's own token, for visitors who are not signed in. */
  ofSite(): Promise<string>
  /** The next call of `ofSite` asks for another one. */
  forgetSite(token: string): void
  /** A token that is good for a while; null where the session has none. Throws TokensEnded. */
  ofSession(sessionHash: string): Promise<string | null>
  /** Another token than the refused one; null where the session has none. Throws TokensEnded. */
  renewed(sessionHash: string, refused: string): Promise<string | null>
  begin(sessionHash: string, tokens: TokenPair): Promise<void>
  /**
   * Makes a session's tokens worthless. The edge cannot revoke any, but a refresh kills the old pair, and nobody keeps
   * the new one.
   */
  end(sessionHash: string): Promise<void>
}

interface OpenTokens {
  readonly access: string
  readonly refresh: string | null
  readonly expiresAt: Date
}

export interface SiteTokensOptions {
  readonly edge: EdgeTokens
  readonly repository: SiteTokensRepository
  readonly seal: Seal
  readonly now: () => Date
}

export function createSiteTokens({ edge, repository, seal, now }: SiteTokensOptions): SiteTokens {
  const flights = createSingleFlight<string | null>()
  const site = createOwnToken(edge, now)

  return {
    ofSite: () => site.current(),
    forgetSite: (token) => site.forget(token),
    async ofSession(sessionHash) {
      const known = await find(sessionHash)
      if (!known) return null
      return isFresh(known.expiresAt) ? known.access : renew(sessionHash, known.access)
    },
    renewed: (sessionHash, refused) => renew(sessionHash, refused),
    begin: (sessionHash, tokens) => save(sessionHash, tokens),
    async end(sessionHash) {
      const known = await find(sessionHash)
      await repository.delete(sessionHash)
      if (known?.refresh) await edge.refreshed(known.refresh)
    },
  }

  function isFresh(expiresAt: Date): boolean {
    return expiresAt.getTime() - now().getTime() > marginMs
  }

  /** One refresh at a time for each session: a refresh token is good once, and a second try would end the session. */
  function renew(sessionHash: string, old: string): Promise<string | null> {
    return flights.run(sessionHash, async () => {
      const known = await find(sessionHash)
      if (!known) return null
      if (known.access !== old && isFresh(known.expiresAt)) return known.access
      const pair = known.refresh === null ? null : await edge.refreshed(known.refresh)
      if (pair) {
        await save(sessionHash, pair)
        return pair.accessToken
      }
      // Another process of ours may have been first.
      const current = await find(sessionHash)
      if (current && current.refresh !== known.refresh) return current.access
      await repository.delete(sessionHash)
      throw new TokensEnded('the edge refuses the refresh token')
    })
  }

  async function find(sessionHash: string): Promise<OpenTokens | null> {
    const stored = await repository.find(sessionHash)
    return stored && opened(sessionHash, stored)
  }

  function opened(sessionHash: string, { sealed, expiresAt }: StoredTokens): OpenTokens | null {
    const text = seal.open(sealed, sessionHash)
    return text === null ? null : { ...sealedShape.parse(JSON.parse(text)), expiresAt }
  }

  async function save(sessionHash: string, { accessToken, refreshToken, expiresInSeconds }: TokenPair): Promise<void> {
    const sealed = seal.close(JSON.stringify({ access: accessToken, refresh: refreshToken }), sessionHash)
    const expiresAt = new Date(now().getTime() + expiresInSeconds * 1000)
    await repository.save(sessionHash, { sealed, expiresAt }, now())
  }
}

/** The site's own token: one for all visitors, kept while it is good. */
function createOwnToken(
  edge: EdgeTokens,
  now: () => Date,
): { current(): Promise<string>; forget(token: string): void } {
  const flights = createSingleFlight<string>()
  let known: { readonly token: string; readonly until: number } | undefined
  const fetchToken = async (): Promise<string> => {
    const pair = await edge.ofSite()
    if (!pair) throw new EdgeUnreachable('the edge refuses the website’s own credentials')
    known = { token: pair.accessToken, until: now().getTime() + pair.expiresInSeconds * 1000 - marginMs }
    return pair.accessToken
  }
  return {
    async current() {
      return known && now().getTime() < known.until ? known.token : flights.run('site', fetchToken)
    },
    forget(token) {
      if (known?.token === token) known = undefined
    },
  }
}
