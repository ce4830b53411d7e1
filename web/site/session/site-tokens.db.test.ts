import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dialects } from '../../../tests/support/databases.ts'
import { createTokensFixture, type TokensFixture } from '../../testing/tokens-fixture.ts'
import { EdgeUnreachable } from './edge-tokens.ts'
import { TokensEnded } from './site-tokens.ts'

describe.each(dialects())('tokens of sessions on %s', (dialect) => {
  let site: TokensFixture
  let session: string
  beforeEach(async () => {
    site = await createTokensFixture(dialect)
    session = site.session
  })
  afterEach(() => site[Symbol.asyncDispose]())

  test('a token is used until it ends and renewed once for all who ask at the same time', async () => {
    expect(await site.tokens.ofSession(session)).toBe('access-1')
    site.later(60)
    const asked = await Promise.all(Array.from({ length: 20 }, () => site.tokens.ofSession(session)))
    expect(new Set(asked)).toEqual(new Set(['access-2']))
    expect(site.kong.tokens.refreshes).toEqual(['refresh-1'])
  })

  test('a refused token is renewed once, though two pages are refused with it', async () => {
    const refused = (): Promise<string | null> => site.tokens.renewed(session, 'access-1')
    expect(await Promise.all([refused(), refused()])).toEqual(['access-2', 'access-2'])
    expect(await refused()).toBe('access-2')
    expect(site.kong.tokens.refreshes).toHaveLength(1)
  })

  test('what another process renewed in the meantime is taken over', async () => {
    site.later(60)
    const asked = await Promise.all([site.tokens.ofSession(session), site.anotherProcess().ofSession(session)])
    expect(asked.filter((token) => token === 'access-2').length).toBeGreaterThan(0)
    expect(await site.tokens.ofSession(session)).toBe('access-2')
  })

  test('an end that the edge made is told once and is an end here: the session has no tokens', async () => {
    site.kong.tokens.good.clear()
    site.later(60)
    await expect(site.tokens.ofSession(session)).rejects.toThrow(TokensEnded)
    expect(await site.tokens.ofSession(session)).toBeNull()
    expect(await site.db('site_tokens')).toEqual([])
  })

  test('an edge that does not answer ends nothing: once it does, the session goes on', async () => {
    site.later(60)
    site.kong.answer(503, { message: 'no healthy upstream' })
    await expect(site.tokens.ofSession(session)).rejects.toThrow(EdgeUnreachable)
    site.kong.answer()
    expect(await site.tokens.ofSession(session)).toBe('access-2')
  })

  test('ending refreshes once and keeps nothing, so that every token of the session is worthless', async () => {
    await site.tokens.end(session)
    expect(site.kong.tokens.refreshes).toEqual(['refresh-1'])
    expect(await site.tokens.ofSession(session)).toBeNull()
  })

  test('tokens end with the session that they belong to, and are not stored in clear', async () => {
    const row: { sealed: string } = await site.db('site_tokens').first('sealed')
    expect(Buffer.from(row.sealed, 'base64url').toString('latin1')).not.toContain('access')
    await site.db('sessions').where({ token_hash: session }).delete()
    expect(await site.tokens.ofSession(session)).toBeNull()
  })

  test('the site has one token for all visitors, and another after it was refused', async () => {
    const [first, second] = await Promise.all([site.tokens.ofSite(), site.tokens.ofSite()])
    expect(first).toBe(second)
    site.tokens.forgetSite(first)
    expect(await site.tokens.ofSite()).not.toBe(first)
  })
})
