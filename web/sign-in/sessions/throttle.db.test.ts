import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dialects } from '../../../tests/support/databases.ts'
import { createTestBrowser } from '../../testing/browser.ts'
import { asha, minuteMs, createSignInFixture, type SignInFixture } from '../../testing/sign-in-fixture.ts'
import { createAttemptsRepository } from './attempts.repository.ts'
import { createThrottle, signInLimits } from './throttle.ts'

describe.each(dialects())('the throttle on %s', (dialect) => {
  let web: SignInFixture
  beforeAll(async () => {
    web = await createSignInFixture(dialect)
  })
  afterAll(() => web[Symbol.asyncDispose]())
  beforeEach(() => web.reset())

  describe('throttling', () => {
    const wrong = { ...asha, password: 'not-the-password' }

    test('the sixth failure of one account from one place has to wait a quarter of an hour', async () => {
      const browser = web.browse()
      for (let attempt = 0; attempt < 5; attempt++) expect((await web.signIn(browser, wrong)).status).toBe(422)
      const refused = await web.signIn(browser, asha)
      expect(refused.status).toBe(429)
      expect(refused.headers['retry-after']).toBe('900')
      expect(refused.text).toContain('wait 15 minutes')
      expect((await web.signIn(web.browse(), asha)).location).toBe('/account')
      web.clock = new Date(web.clock.getTime() + 15 * minuteMs + 1)
      expect((await web.signIn(browser, asha)).location).toBe('/account')
    })

    test('outlives the process, since it stands in the database', async () => {
      const browser = web.browse()
      for (let attempt = 0; attempt < 5; attempt++) await web.signIn(browser, wrong)
      const restarted = await web.build()
      const again = createTestBrowser(restarted, browser)
      expect((await again.submit('/sign-in', '/sign-in', asha)).status).toBe(429)
      await restarted.close()
    })

    test('counts an address without an account alike', async () => {
      const browser = web.browse()
      const nobody = { email: 'nobody@example.com', password: 'not-the-password' }
      const statuses: number[] = []
      for (let attempt = 0; attempt < 6; attempt++) statuses.push((await web.signIn(browser, nobody)).status)
      expect(statuses).toEqual([422, 422, 422, 422, 422, 429])
    })

    test('a success forgets the failures before it', async () => {
      const browser = web.browse()
      for (let round = 0; round < 3; round++) {
        for (let attempt = 0; attempt < 4; attempt++) expect((await web.signIn(browser, wrong)).status).toBe(422)
        expect((await web.signIn(browser, asha)).location).toBe('/account')
        await browser.submit('/sign-out', '/sign-out', {})
      }
    })

    test('of twenty attempts at once the first five are let through', async () => {
      const throttle = createThrottle(createAttemptsRepository(web.db), 'a-secret', () => web.clock)
      const attempt = { account: asha.email, network: '192.0.2.9' }
      const admissions = await Promise.all(Array.from({ length: 20 }, () => throttle.admit(attempt, signInLimits)))
      expect(admissions.filter(({ isAdmitted }) => isAdmitted)).toHaveLength(5)
      expect(await web.db('sign_in_attempts')).toHaveLength(5)
    })

    test('one account is guarded against many places', async () => {
      const statuses: number[] = []
      for (let place = 0; place < 31; place++) statuses.push((await web.signIn(web.browse(), wrong)).status)
      expect(statuses.slice(0, 30).every((status) => status === 422)).toBe(true)
      expect(statuses[30]).toBe(429)
    }, 60_000)

    test('one place is guarded against trying many accounts, and holds keys instead of names', async () => {
      const rows = Array.from({ length: 99 }, (_, index) => ({ email: `user${index}@example.com`, password: 'x' }))
      const browser = web.browse()
      expect((await web.signIn(browser, { email: 'a@example.com', password: 'x' })).status).toBe(422)
      const [{ address_key }] = await web.db('sign_in_attempts')
      await web.db.batchInsert(
        'sign_in_attempts',
        rows.map((_, index) => ({
          account_key: String(index).padStart(64, '0'),
          address_key,
          attempted_at: '2026-11-23 12:00:00.000',
        })),
      )
      expect((await web.signIn(browser, asha)).status).toBe(429)
      expect((await web.signIn(web.browse(), asha)).location).toBe('/account')
      expect(JSON.stringify(await web.db('sign_in_attempts'))).not.toMatch(/@example|10\.0\./)
    })

    test('attempts that no longer count are purged', async () => {
      await web.signIn(web.browse(), wrong)
      web.clock = new Date(web.clock.getTime() + 60 * minuteMs + 1)
      const listening = await web.build()
      await listening.listen({ host: '127.0.0.1', port: 0 })
      await expect.poll(() => web.db('sign_in_attempts')).toEqual([])
      await listening.close()
    })
  })
})
