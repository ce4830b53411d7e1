import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authorizeUrl } from '../testing/authorize-url.ts'
import { createTestBrowser, formsOf, type TestBrowser } from '../testing/browser.ts'
import { asha, ben, createSignInFixture, type SignInFixture } from '../testing/sign-in-fixture.ts'

// What is the same on every dialect runs on one.
let web: SignInFixture
beforeAll(async () => {
  web = await createSignInFixture('sqlite')
})
afterAll(() => web[Symbol.asyncDispose]())
beforeEach(() => web.reset())

const pages = ['/sign-in', '/sign-up', '/account', '/account/password', '/account/apps', '/sign-out', authorizeUrl()]
const forms = ['/sign-in', '/sign-up', '/account/password', '/account/apps', '/sign-out', '/authorize']

describe('every page', () => {
  test.each([...pages, '/authorize', '/nothing'])('%s is guarded: no script, no frame, no cache', async (url) => {
    for (const browser of [web.browse(), await web.signedIn()]) {
      const { status, headers, text } = await browser.get(url)
      expect(headers['cache-control']).toBe('no-store')
      if (status === 303) continue
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("base-uri 'none'")
      expect(policy).toContain("form-action 'self'")
      expect(policy).not.toContain('unsafe')
      expect(policy).not.toContain('script-src')
      expect(headers['x-frame-options']).toBe('DENY')
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['referrer-policy']).toBe('no-referrer')
      expect(headers['content-type']).toBe('text/html; charset=utf-8')
      expect(text).not.toMatch(/<script|<style|style="|\son\w+=|javascript:/i)
    }
  })

  test('a form may end at the app it is for, and nowhere else', async () => {
    const browser = await web.signedIn()
    const policy = async (url: string, who: TestBrowser = browser): Promise<string> =>
      String((await who.get(url)).headers['content-security-policy'])
    expect(await policy(authorizeUrl())).toContain("form-action 'self' http://127.0.0.1:5173;")
    const visitor = web.browse()
    const back = encodeURIComponent(authorizeUrl())
    expect(await policy(`/sign-in?return=${back}`, visitor)).toContain("form-action 'self' http://127.0.0.1:5173;")
    expect(await policy('/sign-in', visitor)).toContain("form-action 'self';")
    const evil = encodeURIComponent(authorizeUrl({ redirect_uri: 'https://evil.example/' }))
    expect(await policy(`/sign-in?return=${evil}`, visitor)).toContain("form-action 'self';")
  })

  test('it has the colours that the visitor chose on the website', async () => {
    const browser = web.browse()
    expect((await browser.get('/sign-in')).text).toContain('data-theme="auto"')
    browser.cookies.set('movieverse-theme', 'dark')
    const { text } = await browser.get('/sign-in')
    expect(text).toContain('data-theme="dark"')
    expect(text).toContain('<meta name="color-scheme" content="dark" />')
  })

  test('the stylesheet is named after its content and kept for good', async () => {
    const { text } = await web.browse().get('/sign-in')
    const href = /<link rel="stylesheet" href="([^"]+)"/.exec(text)?.[1] ?? ''
    const style = await web.browse().get(href)
    expect(style.headers['content-type']).toBe('text/css; charset=utf-8')
    expect(style.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(style.text).toContain('color-scheme: light dark')
    expect(style.text).not.toMatch(/url\(|@import/)
  })

  test('what is not there is a page, too', async () => {
    const page = await web.browse().get('/account/nothing')
    expect([page.status, /<h1>(.*)<\/h1>/.exec(page.text)?.[1]]).toEqual([404, 'There is nothing here'])
  })
})

describe('a form', () => {
  const count = async (): Promise<number[]> =>
    Promise.all(['accounts', 'sessions', 'consents'].map(async (table) => (await web.db(table)).length))

  test.each(forms)('%s without its token does nothing', async (action) => {
    const browser = await web.signedIn()
    await browser.get('/sign-up')
    const before = await count()
    const fields = {
      ...asha,
      ...Object.fromEntries(new URL(authorizeUrl(), 'http://x').searchParams),
      decision: 'allow',
    }
    for (const token of [{}, { token: '' }, { token: 'x'.repeat(64) }]) {
      const page = await browser.post(action, { ...fields, name: 'Eve', ...token })
      expect(page.status).toBe(403)
      expect(page.text).toContain('The form had expired')
    }
    expect(await count()).toEqual(before)
    expect(web.kong.asked).toEqual([])
  })

  test('a token of one person is no token of another, nor one of a visitor that of who is signed in', async () => {
    const [ashas, bens] = [await web.signedIn(), await web.signedIn(ben)]
    const tokenOf = async (browser: TestBrowser, url: string): Promise<string> =>
      formsOf((await browser.get(url)).text)[0]?.hidden.token ?? ''
    const foreign = await tokenOf(ashas, '/sign-out')
    expect((await bens.post('/sign-out', { token: foreign })).status).toBe(403)
    const visitors = await tokenOf(web.browse(), '/sign-in')
    expect((await bens.post('/sign-out', { token: visitors })).status).toBe(403)
    expect((await web.browse().post('/sign-in', { ...asha, token: visitors })).status).toBe(403)
    expect((await bens.post('/sign-out', { token: await tokenOf(bens, '/sign-out') })).status).toBe(303)
  })

  test.each(['cross-site', 'same-site'])('that a browser calls %s does nothing, whatever its token', async (site) => {
    const browser = await web.signedIn()
    const { hidden } = formsOf((await browser.get('/sign-out')).text)[0] ?? { hidden: {} }
    expect((await browser.post('/sign-out', hidden, { 'sec-fetch-site': site })).status).toBe(403)
    expect((await browser.get('/account')).status).toBe(200)
  })

  test('of two tabs, one signed in since, is still good in the other', async () => {
    const browser = web.browse()
    const { hidden } = formsOf((await browser.get('/sign-in')).text)[0] ?? { hidden: {} }
    await web.signIn(browser, ben)
    expect((await browser.post('/sign-in', { ...hidden, ...asha })).location).toBe('/account')
    expect((await browser.get('/account')).text).toContain('Hello Asha')
  })

  test.each([
    ['JSON', 'application/json', '{"email":"asha@example.com"}', 415],
    ['plain text', 'text/plain', 'email=asha@example.com', 415],
    ['multipart', 'multipart/form-data; boundary=x', '--x--', 415],
    ['a long one', 'application/x-www-form-urlencoded', `email=${'x'.repeat(17_000)}`, 413],
    ['a field twice', 'application/x-www-form-urlencoded', 'email=a&email=b', 400],
    ['a NUL', 'application/x-www-form-urlencoded', 'email=a%00b', 400],
    ['a prototype', 'application/x-www-form-urlencoded', '__proto__=x&constructor=y', 403],
    ['nothing', 'application/x-www-form-urlencoded', '', 403],
  ])('as %s is refused with a page', async (_what, type, payload, status) => {
    const answer = await web.app.inject({ method: 'POST', url: '/sign-in', headers: { 'content-type': type }, payload })
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.body).toContain('<h1>')
  })

  test('without a body at all is refused with a page', async () => {
    const answer = await web.app.inject({ method: 'POST', url: '/sign-in' })
    expect(answer.statusCode).toBe(403)
  })
})

describe('markup from outside is shown as text', () => {
  const evil = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`

  test('in fields that are shown again', async () => {
    const page = await web.browse().submit('/sign-up', '/sign-up', { email: evil, name: evil, password: 'short' })
    expect(page.text).toContain('value="&quot;&#39;&gt;&lt;script&gt;alert(1)')
    expect(page.text).not.toMatch(/<script|<img/)
  })

  test.each([
    `/sign-in?return=${encodeURIComponent(`/account?${evil}`)}`,
    `/sign-in?notice=${encodeURIComponent(evil)}`,
    `/sign-in?lang=${encodeURIComponent(evil)}`,
    `/${encodeURIComponent(evil)}`,
    authorizeUrl({ client_id: evil }),
    authorizeUrl({ redirect_uri: evil }),
    authorizeUrl({ state: evil }),
  ])('in %s', async (url) => {
    for (const browser of [web.browse(), await web.signedIn()]) {
      const page = await browser.get(url)
      expect(page.text).not.toMatch(/<script|<img/)
      expect(page.location ?? '').not.toMatch(/[<>"]/)
    }
  })

  test('in an app’s name', async () => {
    const browser = await web.signedIn()
    await web.db('consents').insert({
      account_id: 'demo-asha',
      client_id: '<img src=x>',
      scope: '',
      granted_at: '2026-11-23 12:00:00.000',
    })
    const { text } = await browser.get('/account/apps')
    expect(text).toContain('&lt;img src=x&gt; (no longer registered)')
    expect(text).not.toContain('<img')
  })
})

describe('over https', () => {
  const edge = { 'x-edge-secret': 'the-edge-secret', 'x-forwarded-proto': 'https', 'x-real-ip': '203.0.113.9' }

  test('as the edge says, cookies are bound to this host and to https', async () => {
    const browser = createTestBrowser(web.app, { headers: edge })
    await web.signIn(browser)
    expect([...browser.cookies.keys()].toSorted()).toEqual(['__Host-movieverse-form', '__Host-movieverse-session'])
    for (const cookie of browser.setCookies) expect(cookie).toMatch(/Path=\/; HttpOnly; SameSite=Lax; Secure/)
    expect((await browser.get('/account')).status).toBe(200)
    // The name without its prefix, which a neighbouring host could set, counts for nothing here.
    const planted = createTestBrowser(web.app, { headers: edge })
    planted.cookies.set('movieverse-session', browser.cookies.get('__Host-movieverse-session') ?? '')
    expect((await planted.get('/account')).status).toBe(303)
  })

  test('that anybody else claims is not believed', async () => {
    const browser = createTestBrowser(web.app, { headers: { ...edge, 'x-edge-secret': 'wrong' } })
    await web.signIn(browser)
    expect(browser.setCookies.join()).not.toMatch(/__Host-|Secure/)
  })

  test('is all there is in production', async () => {
    const secrets = {
      PROVISION_KEY: 'p-secret',
      SERVICE_SECRET: 's-secret',
      EDGE_SECRET: 'e-secret',
      WEBSITE_CLIENT_SECRET: 'c-secret',
    }
    const app = await web.build({ NODE_ENV: 'production', WEB_COOKIE_SECRET: 'w-secret', ...secrets })
    const browser = createTestBrowser(app)
    await browser.get('/sign-in')
    expect(browser.setCookies[0]).toMatch(/^__Host-movieverse-form=[\w-]{43}; .*Secure/)
    await app.close()
  })
})

describe('languages', () => {
  test('the browser’s wish is met, and a choice is remembered', async () => {
    const browser = createTestBrowser(web.app, { headers: { 'accept-language': 'hi-IN,en;q=0.5' } })
    const hindi = await browser.get('/sign-in')
    expect(hindi.headers['content-language']).toBe('hi')
    expect(hindi.text).toContain('<html lang="hi" ')
    expect(hindi.text).toContain('साइन इन करें')
    const link = /href="(\/sign-in\?[^"]*lang=en)"/.exec(hindi.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect((await browser.get(link)).text).toContain('<html lang="en" ')
    expect((await browser.get('/sign-up')).text).toContain('<html lang="en" ')
    expect((await browser.get('/sign-up?lang=xx')).text).toContain('<html lang="en" ')
  })

  test('a whole story in Hindi names the app and what it asks for', async () => {
    const browser = createTestBrowser(web.app, { headers: { 'accept-language': 'hi' }, address: '10.9.9.9' })
    expect((await web.signIn(browser, { ...asha, password: 'गलत' })).text).toContain('ईमेल पता या पासवर्ड गलत है')
    await web.signIn(browser)
    const consent = await browser.get(authorizeUrl())
    expect(consent.text).toContain('Example single-page app को अनुमति दें?')
    expect(consent.text).toContain('आपकी प्रोफ़ाइल')
    await browser.submit(authorizeUrl(), '/authorize', { decision: 'allow' })
    expect((await browser.get('/account/apps')).text).toContain('23 नवंबर 2026 से')
    expect((await browser.get('/authorize')).text).toContain('अनजान ऐप')
  })

  test('another language keeps where the visitor was going', async () => {
    const { text } = await web.browse().get(`/sign-in?return=${encodeURIComponent('/account/apps')}&notice=signed-out`)
    expect(text).toContain('You are signed out.')
    expect(text).toContain('href="/sign-in?return=%2Faccount%2Fapps&amp;lang=hi"')
  })
})

test('an unknown mistake of ours shows a number and nothing of it', async () => {
  const browser = await web.signedIn()
  await web.db.schema.renameTable('consents', 'consents_gone')
  try {
    const page = await browser.get('/account/apps')
    expect(page.status).toBe(500)
    expect(page.text).toContain(`<code>${String(page.headers['x-request-id'])}</code>`)
    expect(page.text).not.toMatch(/consents|select|sqlite/i)
  } finally {
    await web.db.schema.renameTable('consents_gone', 'consents')
  }
})
