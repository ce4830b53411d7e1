import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrate } from '@movieverse/service/migrations.ts'
import { createTestDatabase, dialects } from '../../../tests/support/databases.ts'
import type { TestDatabase } from '../../../tests/support/databases.ts'
import type { EdgeTokens, TokenPair } from './edge-tokens.ts'
import { createSeal } from './sealed.ts'
import { createSiteTokensRepository } from './site-tokens.repository.ts'
import { createSiteTokens, TokensEnded, type SiteTokens } from './site-tokens.ts'

/** An edge that rotates: each refresh token is good once. */
function createRotatingEdge(): EdgeTokens & { readonly refreshes: string[]; readonly good: Set<string> } {
  let count = 0
  const refreshes: string[] = []
  const good = new Set<string>()
  const issue = (): TokenPair => {
    count++
    good.add(`refresh-${count}`)
    return { accessToken: `access-${count}`, refreshToken: `refresh-${count}`, expiresInSeconds: 3600 }
  }
  return {
    refreshes,
    good,
    ofSite: async () => issue(),
    fromCode: async () => issue(),
    async refreshed(token) {
      refreshes.push(token)
      return good.delete(token) ? issue() : null
    },
  }
}

describe.each(dialects())('tokens of sessions on %s', (dialect) => {
  const hash = 'a'.repeat(64)
  let database: TestDatabase
  let edge: ReturnType<typeof createRotatingEdge>
  let tokens: SiteTokens
  let time: Date

  const build = (): SiteTokens =>
    createSiteTokens({
      edge,
      repository: createSiteTokensRepository(database.db),
      seal: createSeal('secret', 'site tokens'),
      now: () => time,
    })
  const later = (minutes: number): void => void (time = new Date(time.getTime() + minutes * 60_000))

  beforeEach(async () => {
    database = await createTestDatabase(dialect)
    await migrate(database.db, { set: 'web' })
    const now = '2026-01-01 00:00:00.000'
    const account = {
      id: 'asha',
      email: 'a@example.com',
      name: 'A',
      password_hash: 'x',
      created_at: now,
      updated_at: now,
    }
    await database.db('accounts').insert(account)
    await database.db('sessions').insert({ token_hash: hash, account_id: 'asha', created_at: now, last_seen_at: now })
    time = new Date('2026-01-01T00:00:00Z')
    edge = createRotatingEdge()
    tokens = build()
    await tokens.begin(hash, { accessToken: 'access-0', refreshToken: 'refresh-0', expiresInSeconds: 3600 })
    edge.good.add('refresh-0')
  })
  afterEach(() => database[Symbol.asyncDispose]())

  test('a token is used until it ends and renewed once for all who ask at the same time', async () => {
    expect(await tokens.ofSession(hash)).toBe('access-0')
    later(60)
    const asked = await Promise.all(Array.from({ length: 20 }, () => tokens.ofSession(hash)))
    expect(new Set(asked)).toEqual(new Set(['access-1']))
    expect(edge.refreshes).toEqual(['refresh-0'])
  })

  test('a refused token is renewed once, though two pages are refused with it', async () => {
    expect(await Promise.all([tokens.renewed(hash, 'access-0'), tokens.renewed(hash, 'access-0')])).toEqual([
      'access-1',
      'access-1',
    ])
    expect(await tokens.renewed(hash, 'access-0')).toBe('access-1')
    expect(edge.refreshes).toHaveLength(1)
  })

  test('what another process renewed in the meantime is taken over', async () => {
    later(60)
    const asked = await Promise.all([tokens.ofSession(hash), build().ofSession(hash)])
    expect(asked.filter((token) => token === 'access-1').length).toBeGreaterThan(0)
    expect(await tokens.ofSession(hash)).toBe('access-1')
  })

  test('an end that the edge made is told once and is an end here: the session has no tokens', async () => {
    edge.good.clear()
    later(60)
    await expect(tokens.ofSession(hash)).rejects.toThrow(TokensEnded)
    expect(await tokens.ofSession(hash)).toBeNull()
    expect(await database.db('site_tokens')).toEqual([])
  })

  test('ending refreshes once and keeps nothing, so that every token of the session is worthless', async () => {
    await tokens.end(hash)
    expect(edge.refreshes).toEqual(['refresh-0'])
    expect(await tokens.ofSession(hash)).toBeNull()
  })

  test('tokens end with the session that they belong to, and are not stored in clear', async () => {
    const row: { sealed: string } = await database.db('site_tokens').first('sealed')
    expect(Buffer.from(row.sealed, 'base64url').toString('latin1')).not.toContain('access')
    await database.db('sessions').where({ token_hash: hash }).delete()
    expect(await tokens.ofSession(hash)).toBeNull()
  })

  test('the site has one token for all visitors, and another after it was refused', async () => {
    const [first, second] = await Promise.all([tokens.ofSite(), tokens.ofSite()])
    expect(first).toBe(second)
    tokens.forgetSite(first)
    expect(await tokens.ofSite()).not.toBe(first)
  })
})
