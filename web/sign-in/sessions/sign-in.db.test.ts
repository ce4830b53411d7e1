import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dialects } from '../../../tests/support/databases.ts'
import { createTestBrowser } from '../../testing/browser.ts'
import { asha, dayMs, startTime, createSignInFixture, type SignInFixture } from '../../testing/sign-in-fixture.ts'

describe.each(dialects())('sign-in on %s', (dialect) => {
  let web: SignInFixture
  beforeAll(async () => {
    web = await createSignInFixture(dialect)
  })
  afterAll(() => web[Symbol.asyncDispose]())
  beforeEach(() => web.reset())

  describe('signing in', () => {
    test('leads to the account, and only the browser holds what proves it', async () => {
      const browser = await web.signedIn()
      const page = await browser.get('/account')
      expect(page.text).toContain('Hello Asha')
      const token = browser.cookies.get('movieverse-session') ?? ''
      expect(token).toMatch(/^[\w-]{43}$/)
      expect(JSON.stringify(await web.db('sessions'))).not.toContain(token)
      expect(browser.setCookies.at(-1)).toBe(
        `movieverse-session=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000`,
      )
    })

    test('works however the address is typed', async () => {
      expect((await web.signIn(web.browse(), { ...asha, email: '  ASHA@Example.COM ' })).location).toBe('/account')
    })

    test('a wrong password and an unknown address get the same answer', async () => {
      const answers = [
        await web.signIn(web.browse(), { ...asha, password: 'not-the-password' }),
        await web.signIn(web.browse(), { email: 'asha@example.com', password: 'not-the-password' }),
        await web.signIn(web.browse(), { email: 'nobody@example.com', password: 'not-the-password' }),
      ]
      const [first, , unknown] = answers.map(({ status, text, headers }) => ({
        status,
        text: text.replace(/value="[^"]*"/g, ''),
        headers: Object.keys(headers),
      }))
      expect(first?.status).toBe(422)
      expect(first?.text).toContain('The e-mail address or the password is wrong.')
      expect(unknown).toEqual(first)
    })

    test('an unknown address takes as long as a known one', async () => {
      const fastest = async (email: string): Promise<number> => {
        const times: number[] = []
        for (let round = 0; round < 4; round++) {
          const browser = web.browse()
          await browser.get('/sign-in')
          const start = performance.now()
          await web.signIn(browser, { email, password: 'not-the-password' })
          times.push(performance.now() - start)
        }
        return Math.min(...times)
      }
      const ratio = (await fastest('asha@example.com')) / (await fastest('nobody@example.com'))
      expect(ratio).toBeGreaterThan(0.5)
      expect(ratio).toBeLessThan(2)
    })

    test('what is missing or misspelt is said beside its field', async () => {
      const page = await web.signIn(web.browse(), { email: 'asha', password: '' })
      expect(page.status).toBe(422)
      expect(page.text).toContain('<title>Error: Sign in · MovieVerse</title>')
      expect(page.text).toMatch(/id="email-error">Enter an e-mail address such as/)
      expect(page.text).toMatch(/<input\s+id="email"[^>]*aria-describedby="email-error"[^>]*aria-invalid="true"/)
      expect(page.text).toContain('value="asha"')
      expect(page.text).toContain('href="#password"')
    })

    test('a new token each time: one that was there before is worth nothing afterwards', async () => {
      const browser = await web.signedIn()
      const first = browser.cookies.get('movieverse-session') ?? ''
      const planted = web.browse()
      planted.cookies.set('movieverse-session', 'planted-by-somebody-else-planted-by-somebod')
      await web.signIn(planted)
      expect(planted.cookies.get('movieverse-session')).not.toMatch(/planted/)
      const other = web.browse()
      other.cookies.set('movieverse-session', 'planted-by-somebody-else-planted-by-somebod')
      expect((await other.get('/account')).location).toBe('/sign-in?return=%2Faccount')
      await browser.submit('/sign-out', '/sign-out', {})
      await web.signIn(browser)
      const stolen = web.browse()
      stolen.cookies.set('movieverse-session', first)
      expect((await stolen.get('/account')).status).toBe(303)
    })

    test('a hash of an older cost is made anew', async () => {
      const old = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
      await web.db('accounts').where({ id: 'demo-asha' }).update({ password_hash: old })
      expect((await web.signIn(web.browse(), { ...asha, password: 'password' })).location).toBe('/account')
      const { password_hash: hash } = await web.db('accounts').where({ id: 'demo-asha' }).first()
      expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
      expect((await web.signIn(web.browse(), { ...asha, password: 'password' })).location).toBe('/account')
    })

    test('who is signed in already is sent on', async () => {
      const browser = await web.signedIn()
      expect((await browser.get('/sign-in?return=/account/apps')).location).toBe('/account/apps')
    })
  })

  describe('where sign-in leads', () => {
    test('a return address with a control character is refused outright', async () => {
      const browser = await web.signedIn()
      const page = await browser.get('/sign-in?return=/%09/evil.example')
      expect([page.status, page.location]).toEqual([400, null])
    })

    test.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
      'never to %s',
      async (evil) => {
        const browser = web.browse()
        const url = `/sign-in?return=${encodeURIComponent(evil)}`
        expect((await browser.get(url)).text).not.toContain('evil.example')
        const answer = await browser.submit(url, '/sign-in', asha)
        expect(answer.location).toBe('/account')
        const forged = web.browse()
        const posted = await forged.submit('/sign-in', '/sign-in', { ...asha, return: evil })
        expect(posted.location).toBe('/account')
        expect((await forged.get(url)).location).toBe('/account')
        const out = await forged.submit('/sign-out', '/sign-out', { return: evil })
        expect(out.location).toBe('/sign-in?notice=signed-out&return=%2Faccount')
      },
    )
  })

  describe('sessions', () => {
    test('end after a week without use, however often they are looked at in between', async () => {
      const browser = await web.signedIn()
      for (const days of [6, 12, 18]) {
        web.clock = new Date(startTime.getTime() + days * dayMs)
        expect((await browser.get('/account')).status).toBe(200)
      }
      web.clock = new Date(web.clock.getTime() + 7 * dayMs)
      expect((await browser.get('/account')).location).toBe('/sign-in?return=%2Faccount')
    })

    test('end after thirty days, used or not', async () => {
      const browser = await web.signedIn()
      for (let days = 5; days < 30; days += 5) {
        web.clock = new Date(startTime.getTime() + days * dayMs)
        expect((await browser.get('/account')).status).toBe(200)
      }
      web.clock = new Date(startTime.getTime() + 30 * dayMs)
      expect((await browser.get('/account')).status).toBe(303)
    })

    test('are written to at most once a minute', async () => {
      const browser = await web.signedIn()
      const seen = async (): Promise<string> => (await web.db('sessions').first()).last_seen_at
      web.clock = new Date(web.clock.getTime() + 59_000)
      await browser.get('/account')
      expect(await seen()).toBe('2026-11-23 12:00:00.000')
      web.clock = new Date(web.clock.getTime() + 1000)
      await browser.get('/account')
      expect(await seen()).toBe('2026-11-23 12:01:00.000')
    })

    test('that expired are purged', async () => {
      await web.signedIn()
      web.clock = new Date(web.clock.getTime() + 7 * dayMs)
      const kept = await web.signedIn()
      const listening = await web.build()
      await listening.listen({ host: '127.0.0.1', port: 0 })
      await expect.poll(() => web.db('sessions')).toHaveLength(1)
      await listening.close()
      expect((await kept.get('/account')).status).toBe(200)
    })

    test('signing out ends the session itself, not only the cookie', async () => {
      const browser = await web.signedIn()
      const token = browser.cookies.get('movieverse-session') ?? ''
      const out = await browser.submit('/sign-out', '/sign-out', {})
      expect(out.location).toBe('/sign-in?notice=signed-out')
      expect(browser.setCookies.at(-1)).toBe('movieverse-session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0')
      browser.cookies.set('movieverse-session', token)
      expect((await browser.get('/account')).status).toBe(303)
      expect(await web.db('sessions')).toEqual([])
    })

    test('a link to sign out only asks', async () => {
      const browser = await web.signedIn()
      expect((await browser.get('/sign-out')).text).toContain('Sign out?')
      expect((await browser.get('/account')).status).toBe(200)
    })
  })

  test('a database that is gone is a page that says to try again', async () => {
    const other = await web.build({ WEB_DATABASE_URL: 'mysql://root@127.0.0.1:1/nowhere' })
    const browser = createTestBrowser(other)
    const page = await browser.submit('/sign-in', '/sign-in', asha)
    expect(page.status).toBe(503)
    expect(page.text).toContain('<h1>Just a moment</h1>')
    await other.close()
  })
})
