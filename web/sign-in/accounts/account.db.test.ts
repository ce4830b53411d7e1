import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dialects } from '../../../tests/support/databases.ts'
import { type TestBrowser, type VisitedPage } from '../../testing/browser.ts'
import { asha, ben, createSignInFixture, type SignInFixture } from '../../testing/sign-in-fixture.ts'
import { authorizeUrl } from '../../testing/authorize-url.ts'

describe.each(dialects())('an account on %s', (dialect) => {
  let web: SignInFixture
  beforeAll(async () => {
    web = await createSignInFixture(dialect)
  })
  afterAll(() => web[Symbol.asyncDispose]())
  beforeEach(() => web.reset())

  describe('the password', () => {
    const next = 'gulmohar ke neeche chai'
    const change = (browser: TestBrowser, fields: Record<string, string>): Promise<VisitedPage> =>
      browser.submit('/account/password', '/account/password', fields)

    test('is changed, and every other browser is signed out', async () => {
      const [browser, other] = [await web.signedIn(), await web.signedIn()]
      const old = browser.cookies.get('movieverse-session')
      const changed = await change(browser, { current: asha.password, new: next })
      expect(changed.location).toBe('/account?notice=password-changed')
      expect((await browser.get(changed.location ?? '')).text).toContain('Your password is changed')
      expect(browser.cookies.get('movieverse-session')).not.toBe(old)
      expect((await other.get('/account')).status).toBe(303)
      expect((await web.signIn(web.browse(), asha)).status).toBe(422)
      expect((await web.signIn(web.browse(), { ...asha, password: next })).location).toBe('/account')
    })

    test('is not changed without the current one, which is throttled like sign-in', async () => {
      const browser = await web.signedIn()
      const statuses: number[] = []
      for (let attempt = 0; attempt < 6; attempt++)
        statuses.push((await change(browser, { current: 'not-the-password', new: next })).status)
      expect(statuses).toEqual([422, 422, 422, 422, 422, 429])
      expect((await web.signIn(web.browse(), asha)).location).toBe('/account')
    })

    test('has to follow the rules', async () => {
      const page = await change(await web.signedIn(), { current: asha.password, new: 'asha@example.com' })
      expect(page.status).toBe(422)
      expect(page.text).toMatch(/id="new-error">[^<]*easy to guess/)
    })
  })

  describe('erasing an account', () => {
    test('leaves nothing of it and touches nobody else', async () => {
      const browser = await web.signedIn()
      await browser.submit(authorizeUrl(), '/authorize', { decision: 'allow' })
      const bens = web.browse()
      await web.signIn(bens, ben)
      await web.app.eraseAccount('demo-asha')
      for (const [table, column] of [
        ['accounts', 'id'],
        ['sessions', 'account_id'],
        ['consents', 'account_id'],
      ] as const)
        expect(await web.db(table).where(column, 'demo-asha'), table).toEqual([])
      expect((await browser.get('/account')).status).toBe(303)
      expect((await web.signIn(web.browse(), asha)).status).toBe(422)
      expect((await bens.get('/account')).status).toBe(200)
      await web.app.eraseAccount('demo-asha')
    })
  })
})
