import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dialects } from '../../../tests/support/databases.ts'
import { createTestBrowser, type VisitedPage } from '../../testing/browser.ts'
import { asha, provisionKey, createSignInFixture, type SignInFixture } from '../../testing/sign-in-fixture.ts'
import { authorizeUrl, callback } from '../../testing/authorize-url.ts'
import { startStandingKong } from '../../testing/standing-kong.ts'

describe.each(dialects())('asking the edge on %s', (dialect) => {
  let web: SignInFixture
  beforeAll(async () => {
    web = await createSignInFixture(dialect)
  })
  afterAll(() => web[Symbol.asyncDispose]())
  beforeEach(() => web.reset())

  describe('the edge', () => {
    const allow = async (): Promise<VisitedPage> =>
      (await web.signedIn()).submit(authorizeUrl(), '/authorize', { decision: 'allow' })

    test.each([
      [{ EDGE_TLS_URL: 'https://localhost:1' }, 503, 'Sign-in is out of reach'],
      [{ EDGE_CA_FILE: '/nowhere/certificate.pem' }, 503, 'Sign-in is out of reach'],
      [{ PROVISION_KEY: 'another-provision-key' }, 502, 'The app was not let in'],
    ])('with %j gives a page that says so, and no consent is stored', async (settings, status, title) => {
      const other = await web.build(settings)
      const browser = createTestBrowser(other)
      await browser.submit('/sign-in', '/sign-in', asha)
      const page = await browser.submit(authorizeUrl(), '/authorize', { decision: 'allow' })
      expect(page.status).toBe(status)
      expect(page.text).toContain(`<h1>${title}</h1>`)
      expect(page.text).not.toMatch(/ECONN|ENOENT|localhost:|provision/)
      expect(await web.db('consents')).toEqual([])
      await other.close()
    })

    test('is not believed under a certificate that is not the trusted one', async () => {
      await using stranger = await startStandingKong(provisionKey)
      const other = await web.build({ EDGE_TLS_URL: stranger.url })
      const browser = createTestBrowser(other)
      await browser.submit('/sign-in', '/sign-in', asha)
      expect((await browser.submit(authorizeUrl(), '/authorize', { decision: 'allow' })).status).toBe(503)
      expect(stranger.asked).toEqual([])
      await other.close()
    })

    test('is found again under a new certificate without a restart', async () => {
      await using renewed = await startStandingKong(provisionKey)
      const file = await web.certificateFile(web.kong.certificate)
      const other = await web.build({ EDGE_TLS_URL: renewed.url, EDGE_CA_FILE: file })
      const browser = createTestBrowser(other)
      await browser.submit('/sign-in', '/sign-in', asha)
      expect((await browser.submit(authorizeUrl(), '/authorize', { decision: 'allow' })).status).toBe(503)
      await writeFile(file, renewed.certificate)
      expect((await browser.submit(authorizeUrl(), '/authorize', { decision: 'allow' })).location).toMatch(/\?code=/)
      await other.close()
    })

    test.each([
      ['an address elsewhere', 200, { redirect_uri: 'https://evil.example/?code=1' }],
      ['another path', 200, { redirect_uri: 'http://127.0.0.1:5173/elsewhere?code=1' }],
      ['another scheme', 200, { redirect_uri: 'javascript:alert(1)' }],
      ['no address', 200, {}],
      ['an error without an address', 400, { error: 'invalid_client', error_description: 'x' }],
    ])('that answers with %s is not followed', async (_what, status, body) => {
      await using odd = await startStandingKong(provisionKey)
      odd.answer(status, body)
      const file = await web.certificateFile(odd.certificate)
      const other = await web.build({ EDGE_TLS_URL: odd.url, EDGE_CA_FILE: file })
      const browser = createTestBrowser(other)
      await browser.submit('/sign-in', '/sign-in', asha)
      const page = await browser.submit(authorizeUrl(), '/authorize', { decision: 'allow' })
      expect(page.status).toBe(502)
      expect(page.location).toBe(null)
      await other.close()
    })

    test('that objects by the app’s address is passed on, as Kong words it', async () => {
      await using objecting = await startStandingKong(provisionKey)
      objecting.answer(400, { redirect_uri: `${callback}?error=invalid_scope&error_description=x&state=s` })
      const file = await web.certificateFile(objecting.certificate)
      const other = await web.build({ EDGE_TLS_URL: objecting.url, EDGE_CA_FILE: file })
      const browser = createTestBrowser(other)
      await browser.submit('/sign-in', '/sign-in', asha)
      const page = await browser.submit(authorizeUrl(), '/authorize', { decision: 'allow' })
      expect(page.location).toBe(`${callback}?error=invalid_scope&error_description=x&state=s`)
      expect(await web.db('consents')).toEqual([])
      await other.close()
    })

    test('that answers gets the app in', async () => {
      expect((await allow()).location).toMatch(/\?code=/)
    })
  })
})
