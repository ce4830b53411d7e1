import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { findSignInApp, type App } from '@movieverse/kong/apps.ts'
import type { AxeResults } from 'axe-core'
import type { FastifyInstance } from 'fastify'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authorizeUrl } from '../testing/authorize-url.ts'
import { asha, createSignInFixture, type SignInFixture } from '../testing/sign-in-fixture.ts'
import { launchBrowser } from '../../tests/support/browser.ts'

const screenshots = fileURLToPath(new URL('../../data/screenshots/sign-in/', import.meta.url))
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let web: SignInFixture
let app: FastifyInstance
let site: string
let callback: string
let closeApp: () => void
let browser: Browser

/** The example single-page app with an address on this machine that answers. */
const findApp = (clientId: string): App | undefined => {
  const found = findSignInApp(clientId)
  return found && { ...found, redirectUris: [callback] }
}

beforeAll(async () => {
  await mkdir(screenshots, { recursive: true })
  const example = createServer((_request, response) => response.end('the app')).listen(0, '127.0.0.1')
  await once(example, 'listening')
  const address = example.address()
  callback = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/callback`
  closeApp = () => example.close()
  web = await createSignInFixture('sqlite')
  app = await web.build({}, { findApp })
  site = await app.listen({ host: '127.0.0.1', port: 0 })
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await app.close()
  closeApp()
  await web[Symbol.asyncDispose]()
})
beforeEach(() => web.reset())

/** A page that notes whatever its browser complains about, and is closed when it is disposed of. */
async function openPage(
  options: BrowserContextOptions = {},
): Promise<{ page: Page; problems: string[] } & AsyncDisposable> {
  const context: BrowserContext = await browser.newContext({ locale: 'en-IN', baseURL: site, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const problems: string[] = []
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('request', (request) => {
    const { hostname } = new URL(request.url())
    if (hostname !== '127.0.0.1' && !request.url().startsWith('data:')) problems.push(`asks ${request.url()}`)
  })
  return { page, problems, [Symbol.asyncDispose]: () => context.close() }
}

async function signIn(page: Page, { email, password } = asha): Promise<void> {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

describe.each([true, false])('in Chromium, with scripts: %s', (javaScriptEnabled) => {
  test('an app gets its code: sign up, sign in, allow; and the next time without a question', async () => {
    await using opened = await openPage({ javaScriptEnabled })
    const { page, problems } = opened
    await page.goto(authorizeUrl({ redirect_uri: callback }))
    await page.getByRole('link', { name: 'Create one' }).click()
    await page.getByLabel('Name').fill('Nina <b>')
    await page.getByLabel('E-mail address').fill('nina@example.com')
    await page.getByLabel('Password').fill('thirteen ducks waddle home')
    await page.getByRole('button', { name: 'Create account' }).click()
    await signIn(page, { email: 'nina@example.com', password: 'thirteen ducks waddle home' })
    await page.getByRole('heading', { name: 'Let Example single-page app in?' }).waitFor()
    expect(await page.getByText('signed in as Nina <b> (nina@example.com)').count()).toBe(1)
    await page.getByRole('button', { name: 'Allow', exact: true }).click()
    await page.waitForURL(`${callback}?**`)
    expect(new URL(page.url()).searchParams.get('code')).toMatch(/^\w{32}$/)

    // Signed out, then in again: the redirects that follow the sign-in form end at the app.
    await page.goto('/sign-out')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('You are signed out.').waitFor()
    await page.goto(authorizeUrl({ redirect_uri: callback }))
    await signIn(page, { email: 'nina@example.com', password: 'thirteen ducks waddle home' })
    await page.waitForURL(`${callback}?**`)
    expect(problems).toEqual([])
  })

  test('an app that is not let in is told so; one that is let in is withdrawn', async () => {
    await using opened = await openPage({ javaScriptEnabled })
    const { page, problems } = opened
    await page.goto(authorizeUrl({ redirect_uri: callback }))
    await signIn(page)
    await page.getByRole('button', { name: 'Do not allow' }).click()
    await page.waitForURL(`${callback}?**`)
    expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied')
    await page.goto(authorizeUrl({ redirect_uri: callback }))
    await page.getByRole('button', { name: 'Allow', exact: true }).click()
    await page.waitForURL(`${callback}?**`)
    await page.goto('/account')
    await page.getByRole('link', { name: 'Apps that you let in' }).click()
    await page.getByRole('button', { name: 'Withdraw Example single-page app' }).click()
    await page.getByText('You have not let any app in.').waitFor()
    expect(problems).toEqual([])
  })

  test('what is wrong with a form is said where it is, and focus waits there', async () => {
    await using opened = await openPage({ javaScriptEnabled })
    const { page } = opened
    await page.goto('/sign-up')
    await page.getByLabel('Name').fill('Nina')
    await page.getByLabel('E-mail address').fill('nina@example.com')
    await page.getByLabel('Password').fill('short')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('alert').getByText('at least 15 characters').waitFor()
    expect(await page.title()).toBe('Error: Create an account · MovieVerse')
    expect(await page.getByLabel('Password').evaluate((input) => input === input.ownerDocument.activeElement)).toBe(
      true,
    )
    expect(await page.getByLabel('Name').inputValue()).toBe('Nina')
    expect(await page.getByLabel('Password').inputValue()).toBe('')
  })
})

test('a double click on Allow lets the app in once and leads to it', async () => {
  await using opened = await openPage()
  const { page } = opened
  await page.goto(authorizeUrl({ redirect_uri: callback }))
  await signIn(page)
  await page.getByRole('button', { name: 'Allow', exact: true }).dblclick()
  await page.waitForURL(`${callback}?**`)
  expect(await web.db('consents').where({ client_id: 'demo-spa' })).toHaveLength(3)
})

test('the keyboard alone is enough, and shows where it is', async () => {
  await using opened = await openPage()
  const { page } = opened
  await page.goto('/sign-in')
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }
  await page.locator('#email:focus').waitFor()
  await page.keyboard.type(asha.email)
  await press('Tab')
  await page.keyboard.type(asha.password)
  await press('Enter')
  await page.getByText('Hello Asha').waitFor()
  await press('Tab', 'Tab')
  const focused = page.locator(':focus')
  expect(await focused.textContent()).toBe('Change password')
  expect(await focused.evaluate((link) => link.ownerDocument.defaultView?.getComputedStyle(link).outlineStyle)).toBe(
    'solid',
  )
  await press('Enter')
  await page.getByRole('heading', { name: 'Change password' }).waitFor()
})

describe.each(['light', 'dark'] as const)('every page in %s', (colorScheme) => {
  test.each([
    ['en-IN', 360],
    ['en-IN', 1280],
    ['hi-IN', 360],
  ])('in %s at %i pixels has no accessibility violation and does not scroll sideways', async (locale, width) => {
    await using opened = await openPage({ colorScheme, locale, viewport: { width, height: 800 } })
    const { page, problems } = opened
    const look = async (name: string, url?: string): Promise<void> => {
      if (url !== undefined) await page.goto(url)
      await page.screenshot({ path: `${screenshots}${name}-${locale}-${colorScheme}-${width}.png`, fullPage: true })
      expect(await violationsOf(page), name).toEqual([])
      expect(
        await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
        name,
      ).toBeLessThanOrEqual(0)
    }
    await look('sign-up', '/sign-up')
    await page.locator('button').click()
    await look('sign-up-refused')
    await look('not-found', '/account/nothing')
    await look('unknown-app', '/authorize?client_id=nobody')
    await look('sign-in', '/sign-in?notice=signed-up')
    await page.locator('#email').fill(asha.email)
    await page.locator('#password').fill('not-the-password')
    await page.locator('button').click()
    await look('sign-in-refused')
    await page.locator('#password').fill(asha.password)
    await page.locator('button').click()
    await look('account')
    await look('password', '/account/password')
    await look('apps-none', '/account/apps')
    await look('consent', authorizeUrl({ redirect_uri: callback }))
    await page.locator('button[value=allow]').click()
    await page.waitForURL(`${callback}?**`)
    await look('apps', '/account/apps')
    await look('sign-out', '/sign-out')
    // The two pages that are errors are the only ones that a browser complains of.
    expect(problems.filter((problem) => !/status of (400|404|422)/.test(problem))).toEqual([])
  })
})

/** What axe-core objects to; it is run by the debugger, since the pages let no script in. */
async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  const rules = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']
  const results = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify({ runOnly: rules })})`)
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}
