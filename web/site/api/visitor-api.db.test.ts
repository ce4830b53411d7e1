import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTokensFixture, type TokensFixture } from '../../testing/tokens-fixture.ts'
import type { TypedDocument } from './document.ts'
import { unavailable, visitorApi, type VisitorApi } from './visitor-api.ts'

const document: TypedDocument<{ token: string }, object> = { name: 'Token', text: 'query Token { token }' }
const ask = async (api: VisitorApi): Promise<string | undefined> => (await api.ask(document, {})).data?.token

describe('the public API as a visitor has it', () => {
  let site: TokensFixture
  beforeEach(async () => {
    site = await createTokensFixture('sqlite')
  })
  afterEach(() => site[Symbol.asyncDispose]())

  test('is asked with the session’s token, or with the site’s own where nobody is signed in', async () => {
    expect(await ask(await visitorApi(site, site.session))).toBe('access-1')
    expect(await ask(await visitorApi(site, null))).toBe('access-2')
    expect(await ask(await visitorApi(site, null))).toBe('access-2')
    expect(site.kong.tokens.calls).toEqual(['access-1', 'access-2', 'access-2'])
  })

  test('asks once more with a renewed token where the edge refuses the present one, and the visitor stays signed in', async () => {
    const api = await visitorApi(site, site.session)
    site.kong.tokens.good.set('refresh-1', 'another than access-1')
    expect(await ask(api)).toBe('access-2')
    expect(site.kong.tokens).toMatchObject({ calls: ['access-1', 'access-2'], refreshes: ['refresh-1'] })
    expect(api).toMatchObject({ isSignedIn: true, hasEnded: false })
    expect(await ask(await visitorApi(site, site.session))).toBe('access-2')
  })

  test('does not ask a third time where the renewed token is refused too', async () => {
    const api = await visitorApi(site, site.session)
    site.kong.tokens.refusesAll = true
    expect(await api.ask(document, {})).toMatchObject({ data: null, errors: [{ code: unavailable }] })
    expect(site.kong.tokens.calls).toEqual(['access-1', 'access-2'])
  })

  test('is signed out from the moment on at which the edge renews nothing more, and goes on with the site’s token', async () => {
    const api = await visitorApi(site, site.session)
    site.kong.tokens.good.clear()
    expect(await ask(api)).toBeUndefined()
    expect(api).toMatchObject({ isSignedIn: false, hasEnded: true })
    expect(await ask(api)).toBe('access-2')
    expect(site.kong.tokens.calls).toEqual(['access-1', 'access-2'])
    expect(await visitorApi(site, site.session)).toMatchObject({ isSignedIn: false, hasEnded: false })
  })

  test('an edge that is down answers nothing and ends no session', async () => {
    const api = await visitorApi(site, site.session)
    await site.kong.stop()
    expect(await api.ask(document, {})).toMatchObject({ data: null, errors: [{ code: unavailable }] })
    expect(api).toMatchObject({ isSignedIn: true, hasEnded: false })
  })
})
