import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dialects } from '../../../tests/support/databases.ts'
import { asha, createSignInFixture, type SignInFixture } from '../../testing/sign-in-fixture.ts'
import { createDemoAccounts } from './demo-accounts.ts'

describe.each(dialects())('sign-up on %s', (dialect) => {
  let web: SignInFixture
  beforeAll(async () => {
    web = await createSignInFixture(dialect)
  })
  afterAll(() => web[Symbol.asyncDispose]())
  beforeEach(() => web.reset())

  describe('signing up', () => {
    const nina = { email: 'nina@example.com', name: 'Nina', password: 'thirteen ducks waddle home' }

    test('makes an account with which one can sign in', async () => {
      const browser = web.browse()
      const made = await browser.submit('/sign-up', '/sign-up', nina)
      expect(made.location).toBe('/sign-in?notice=signed-up&return=%2Faccount')
      expect((await browser.get(made.location ?? '')).text).toContain('If this address had no account, it has one now')
      expect((await browser.get('/account')).status).toBe(303)
      expect((await web.signIn(browser, nina)).location).toBe('/account')
      const { id, password_hash: hash } = await web.db('accounts').where({ email: nina.email }).first()
      expect(id).toMatch(/^[a-z2-7]{26}$/)
      expect(hash).toMatch(/^\$argon2id\$/)
    })

    test('does not tell whether the address has an account, nor touch that account', async () => {
      const before = await web.db('accounts').where({ id: 'demo-asha' }).first()
      const [taken, free] = [web.browse(), web.browse()]
      const answers = [
        await taken.submit('/sign-up', '/sign-up', { ...nina, email: 'Asha@example.com' }),
        await free.submit('/sign-up', '/sign-up', nina),
      ].map(({ status, location, text }) => ({ status, location, text }))
      expect(answers[0]).toEqual(answers[1])
      expect(await web.db('accounts').where({ id: 'demo-asha' }).first()).toEqual(before)
      expect((await web.signIn(taken, { ...nina, email: 'asha@example.com' })).status).toBe(422)
      expect((await web.signIn(taken, asha)).location).toBe('/account')
    })

    test('two sign-ups of one address at once make one account, and both get the same answer', async () => {
      const answers = await Promise.all([1, 2, 3].map(() => web.browse().submit('/sign-up', '/sign-up', nina)))
      expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
      expect(await web.db('accounts').where({ email: nina.email })).toHaveLength(1)
    })

    test.each([
      [{ email: 'no address' }, 'email', 'Enter an e-mail address'],
      [{ name: '   ' }, 'name', 'Enter a name'],
      [{ name: 'x'.repeat(81) }, 'name', 'at most 80 characters'],
      [{ password: 'short' }, 'password', 'at least 15 characters'],
      [{ password: 'passwordpassword' }, 'password', 'easy to guess'],
      [{ password: 'nina nina @ example' }, 'password', 'easy to guess'],
    ])('%j is refused beside its field', async (changes, field, says) => {
      const page = await web.browse().submit('/sign-up', '/sign-up', { ...nina, ...changes })
      expect(page.status).toBe(422)
      expect(page.text).toMatch(new RegExp(`id="${field}-error">[^<]*${says}`))
      expect(page.text).not.toContain(nina.password)
      expect(await web.db('accounts').where({ email: nina.email })).toEqual([])
    })

    test('names in any script are kept, and markup in them is shown as text', async () => {
      const browser = web.browse()
      await browser.submit('/sign-up', '/sign-up', { ...nina, name: '<script>alert("नीना")</script>' })
      await web.signIn(browser, nina)
      const page = await browser.get('/account')
      expect(page.text).toContain('Hello &lt;script&gt;alert(&quot;नीना&quot;)&lt;/script&gt;')
      expect(page.text).not.toContain('<script')
    })

    test('one place makes ten accounts in a quarter of an hour and no more', async () => {
      const browser = web.browse()
      for (let made = 0; made < 10; made++)
        expect((await browser.submit('/sign-up', '/sign-up', { ...nina, email: `n${made}@example.com` })).status).toBe(
          303,
        )
      const refused = await browser.submit('/sign-up', '/sign-up', nina)
      expect(refused.status).toBe(429)
      expect(refused.text).toContain('Many accounts were made from your network')
      expect(await web.db('accounts').where({ email: nina.email })).toEqual([])
    })
  })

  describe('demo accounts', () => {
    test('are made once, with ids that stay', async () => {
      expect(await createDemoAccounts(web.db)).toBe(0)
      await web.db('accounts').where({ id: 'demo-ben' }).delete()
      expect(await createDemoAccounts(web.db)).toBe(1)
      expect(await web.db('accounts').orderBy('id').pluck('id')).toEqual(['demo-asha', 'demo-ben', 'demo-chloe'])
    })
  })
})
