import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dialects } from '../../../tests/support/databases.ts'
import { type TestBrowser, type VisitedPage } from '../../testing/browser.ts'
import { asha, ben, provisionKey, createSignInFixture, type SignInFixture } from '../../testing/sign-in-fixture.ts'
import { authorizeUrl, parameters } from '../../testing/authorize-url.ts'

describe.each(dialects())('letting apps in on %s', (dialect) => {
  let web: SignInFixture
  beforeAll(async () => {
    web = await createSignInFixture(dialect)
  })
  afterAll(() => web[Symbol.asyncDispose]())
  beforeEach(() => web.reset())

  describe('an app', () => {
    const allow = (browser: TestBrowser, url = authorizeUrl()): Promise<VisitedPage> =>
      browser.submit(url, '/authorize', { decision: 'allow' })

    test('sends somebody who is not signed in, who signs in, lets it in, and comes back with a code', async () => {
      const browser = web.browse()
      const asked = await browser.get(authorizeUrl())
      expect(asked.status).toBe(303)
      expect(asked.location).toMatch(/^\/sign-in\?return=%2Fauthorize%3F/)
      const back = await browser.submit(asked.location ?? '', '/sign-in', asha)
      expect(back.location).toMatch(/^\/authorize\?client_id=demo-spa&/)
      const consent = await browser.get(back.location ?? '')
      expect(consent.text).toContain('Let Example single-page app in?')
      expect(consent.text).toContain('see your profile, your ratings')
      expect(consent.text).toContain('change your profile, your ratings')
      expect(consent.text).toContain('Then you go back to 127.0.0.1:5173.')
      expect(consent.text).not.toMatch(/<li>[^<]*viewer:/)
      const { location, status, headers } = await allow(browser, back.location ?? '')
      expect(status).toBe(303)
      expect(headers['cache-control']).toBe('no-store')
      const url = new URL(location ?? '')
      expect(url.origin + url.pathname).toBe(parameters.redirect_uri)
      expect(url.searchParams.get('code')).toMatch(/^\w{32}$/)
      expect(url.searchParams.get('state')).toBe(parameters.state)
      expect(web.kong.asked).toEqual([
        { ...parameters, provision_key: provisionKey, authenticated_userid: 'demo-asha' },
      ])
    })

    test('is remembered: the next time nobody is asked, unless it wants more', async () => {
      const browser = await web.signedIn()
      const some = authorizeUrl({ scope: 'viewer:read' })
      await allow(browser, some)
      expect((await browser.get(some)).location).toMatch(/^http:\/\/127\.0\.0\.1:5173\/callback\?code=/)
      expect((await browser.get(authorizeUrl({ scope: undefined }))).location).toMatch(/\?code=/)
      expect((await browser.get(authorizeUrl())).text).toContain('Let Example single-page app in?')
      expect(
        (await browser.get(authorizeUrl({ client_id: 'graphiql', redirect_uri: 'https://localhost:8443/graphiql/' })))
          .status,
      ).toBe(200)
      await allow(browser)
      expect((await browser.get(authorizeUrl())).location).toMatch(/\?code=/)
      expect((await browser.get(some)).location).toMatch(/\?code=/)
    })

    test('that is installed on a machine asks each time, since any program there can pose as it', async () => {
      const browser = await web.signedIn()
      const cli = authorizeUrl({ client_id: 'demo-cli', redirect_uri: 'http://127.0.0.1:5174/callback' })
      expect((await allow(browser, cli)).location).toMatch(/^http:\/\/127\.0\.0\.1:5174\/callback\?code=/)
      expect((await browser.get(cli)).text).toContain('Let Example command-line app in?')
    })

    test('that is not let in is told so, and gets no code', async () => {
      const browser = await web.signedIn()
      const { location } = await browser.submit(authorizeUrl(), '/authorize', { decision: 'deny' })
      const url = new URL(location ?? '')
      expect(url.origin + url.pathname).toBe(parameters.redirect_uri)
      expect(Object.fromEntries(url.searchParams)).toMatchObject({ error: 'access_denied', state: parameters.state })
      expect(web.kong.asked).toEqual([])
      expect(await web.db('consents')).toEqual([])
    })

    test('is withdrawn, and asks again', async () => {
      const browser = await web.signedIn()
      await allow(browser)
      const list = await browser.get('/account/apps')
      expect(list.text).toContain('Example single-page app')
      expect(list.text).toContain('since 23 November 2026')
      const withdrawn = await browser.submit('/account/apps', '/account/apps', {})
      expect((await browser.get(withdrawn.location ?? '')).text).toContain('You have not let any app in.')
      expect((await browser.get(authorizeUrl())).text).toContain('Let Example single-page app in?')
    })

    test('that somebody let in is nobody else’s', async () => {
      await allow(await web.signedIn())
      const bens = web.browse()
      await web.signIn(bens, ben)
      expect((await bens.get(authorizeUrl())).text).toContain('You are signed in as Ben (ben@example.com).')
      await bens.post('/account/apps', { client_id: 'demo-spa' })
      expect(await web.db('consents').where({ account_id: 'demo-asha' })).not.toEqual([])
    })

    test('is let in by somebody else after a sign-out that leads back', async () => {
      const browser = await web.signedIn()
      const out = await browser.submit(authorizeUrl(), '/sign-out', {})
      expect(out.location).toMatch(/^\/sign-in\?notice=signed-out&return=%2Fauthorize/)
      const back = await browser.submit(out.location ?? '', '/sign-in', ben)
      expect((await browser.get(back.location ?? '')).text).toContain('signed in as Ben')
    })

    test('whose page was sent after the session had ended asks to sign in and goes on', async () => {
      const browser = await web.signedIn()
      await browser.get(authorizeUrl())
      await web.db('sessions').delete()
      const late = await browser.post('/authorize', { ...parameters, token: 'old', decision: 'allow' })
      expect(late.location).toMatch(/^\/sign-in\?return=%2Fauthorize%3Fclient_id%3Ddemo-spa/)
      expect(web.kong.asked).toEqual([])
    })

    test('that the edge is told of twice at once gets two codes and one consent', async () => {
      const browser = await web.signedIn()
      const answers = await Promise.all([allow(browser), allow(browser)])
      for (const { location } of answers) expect(location).toMatch(/\?code=/)
      expect(await web.db('consents').where({ client_id: 'demo-spa' })).toHaveLength(3)
    })
  })

  describe('an authorization request', () => {
    test.each([
      [{ client_id: 'nobody' }, 'Unknown app'],
      [{ client_id: undefined }, 'Unknown app'],
      [{ client_id: 'demo-service' }, 'Unknown app'],
      [{ client_id: 'partner' }, 'Unknown app'],
      [{ client_id: '<script>alert(1)</script>' }, 'Unknown app'],
      [{ redirect_uri: 'https://evil.example/callback' }, 'Wrong return address'],
      [{ redirect_uri: undefined }, 'Wrong return address'],
      [{ redirect_uri: '' }, 'Wrong return address'],
      [{ redirect_uri: `${parameters.redirect_uri}/` }, 'Wrong return address'],
      [{ redirect_uri: `${parameters.redirect_uri}?x=1` }, 'Wrong return address'],
      [{ redirect_uri: `${parameters.redirect_uri}#x` }, 'Wrong return address'],
      [{ redirect_uri: 'http://127.0.0.1:5173/callback/../evil' }, 'Wrong return address'],
      [{ redirect_uri: 'http://127.0.0.1:5173@evil.example/callback' }, 'Wrong return address'],
      [{ redirect_uri: 'http://127.0.0.1:5173.evil.example/callback' }, 'Wrong return address'],
      [{ redirect_uri: 'HTTP://127.0.0.1:5173/callback' }, 'Wrong return address'],
      [{ redirect_uri: 'http://127.0.0.1:5174/callback' }, 'Wrong return address'],
      [{ redirect_uri: 'javascript:alert(1)' }, 'Wrong return address'],
      [{ redirect_uri: 'http://127.0.0.1:5173\\@evil.example/callback' }, 'Wrong return address'],
      [{ state: 'x'.repeat(1025) }, 'This did not work'],
      [{ state: 'a\u0000b' }, 'This did not work'],
    ])('with %j is an error page and never a redirect, signed in or not', async (changes, title) => {
      for (const browser of [web.browse(), await web.signedIn()]) {
        const page = await browser.get(authorizeUrl(changes))
        expect(page.status).toBe(400)
        expect(page.location).toBe(null)
        expect(page.text).toContain(`<h1>${title}</h1>`)
        expect(page.text).not.toContain('<script')
        expect(page.text).not.toContain('evil.example')
      }
      expect(web.kong.asked).toEqual([])
    })

    test('with a parameter that stands twice is refused', async () => {
      const page = await (await web.signedIn()).get(`${authorizeUrl()}&redirect_uri=https://evil.example/`)
      expect(page.status).toBe(400)
      expect(page.location).toBe(null)
    })

    test.each([
      [{ response_type: 'token' }, 'unsupported_response_type'],
      [{ response_type: undefined }, 'unsupported_response_type'],
      [{ scope: 'viewer:read admin' }, 'invalid_scope'],
      [{ client_id: 'demo-server', redirect_uri: 'http://127.0.0.1:5175/callback' }, 'invalid_scope'],
      [{ code_challenge: undefined }, 'invalid_request'],
      [{ code_challenge: 'short' }, 'invalid_request'],
      [{ code_challenge_method: 'plain' }, 'invalid_request'],
    ])('with %j goes back to the app as %s', async (changes, error) => {
      const page = await web.browse().get(authorizeUrl(changes))
      expect(page.status).toBe(303)
      const url = new URL(page.location ?? '')
      expect(`${url.origin}${url.pathname}`).toMatch(/^http:\/\/127\.0\.0\.1:517[35]\/callback$/)
      expect(url.searchParams.get('error')).toBe(error)
      expect(url.searchParams.get('state')).toBe(parameters.state)
    })

    test('may leave out the address where only one is registered', async () => {
      const browser = await web.signedIn()
      const url = authorizeUrl({ client_id: 'demo-cli', redirect_uri: undefined })
      const { location } = await browser.submit(url, '/authorize', { decision: 'allow' })
      expect(location).toMatch(/^http:\/\/127\.0\.0\.1:5174\/callback\?code=/)
    })
  })
})
