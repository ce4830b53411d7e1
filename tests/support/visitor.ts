import { demoAccounts, demoPassword } from '@movieverse/web/sign-in/accounts/demo-accounts.ts'
import type { Browser, BrowserContext, Page } from 'playwright-core'

/** Where a browser finds the website: behind the edge. */
export const site = 'https://localhost:8443'

type ContextOptions = Parameters<Browser['newContext']>[0]

/** Somebody who looks at the website, with cookies of their own. */
export interface Visitor extends AsyncDisposable {
  readonly context: BrowserContext
  /** Their first tab. */
  readonly page: Page
  /** What went wrong in their pages, and what those asked of other sites. */
  readonly problems: string[]
  newTab(): Promise<Page>
  /** Loads a page, and waits until its script has taken it over. */
  open(path: string, tab?: Page): Promise<void>
  /** Remembers a region as the visitor's choice. */
  chooseRegion(code: string): Promise<void>
  /** Opens a title of a region; answers the path of its page. */
  openTitle(region: string, index: number): Promise<string>
  /** Follows the page's own link and signs in. */
  signIn(account?: { readonly email: string }): Promise<void>
  giveCredentials(email: string, password: string): Promise<void>
  /** The consent page comes the first time alone. */
  agreeWhereAsked(): Promise<void>
  /** Opens an account and signs in with it. */
  signUp(name: string): Promise<{ readonly email: string; readonly password: string }>
  /** Rates the title that is open. */
  rate(stars: string): Promise<void>
}

export async function visit(
  { browser }: { readonly browser: Browser },
  options: ContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 }, ...options })
  const problems: string[] = []
  const newTab = (): Promise<Page> => watchedTab(context, problems)
  const page = await newTab()
  const visitor: Visitor = {
    context,
    page,
    problems,
    newTab,
    async open(path, tab = page) {
      await tab.goto(site + path)
      await tab.waitForSelector('html[data-hydrated]')
    },
    chooseRegion: (code) =>
      context.addCookies([{ name: '__Host-movieverse-region', value: code, url: site, secure: true }]),
    async openTitle(region, index) {
      await visitor.open(`/${region}`)
      await page.locator('.card a').nth(index).click()
      await page.getByRole('heading', { name: 'Where to watch' }).waitFor()
      return new URL(page.url()).pathname
    },
    async signIn(account = demoAccounts[0]) {
      await page.getByRole('link', { name: 'Sign in', exact: true }).first().click()
      await visitor.giveCredentials(account?.email ?? '', demoPassword)
      await visitor.agreeWhereAsked()
    },
    async giveCredentials(email, password) {
      await page.locator('input[name="email"]').fill(email)
      await page.locator('input[type="password"]').fill(password)
      await page.locator('form button[type="submit"]').last().click()
    },
    async agreeWhereAsked() {
      const allow = page.getByRole('button', { name: 'Allow', exact: true })
      await allow.or(page.getByRole('button', { name: 'Sign out' })).waitFor()
      if (await allow.isVisible()) await allow.click()
      await page.waitForSelector('html[data-hydrated]')
    },
    async signUp(name) {
      await visitor.open('/watchlist')
      await page.getByRole('link', { name: 'Sign up' }).click()
      const [email, password] = [`${name.toLowerCase()}-${Date.now()}@example.com`, 'a long enough secret of theirs']
      await page.locator('input[name="name"]').fill(name)
      await visitor.giveCredentials(email, password)
      await page.waitForURL(/\/sign-in/)
      await visitor.giveCredentials(email, password)
      await visitor.agreeWhereAsked()
      return { email, password }
    },
    async rate(stars) {
      await page.getByRole('button', { name: `${stars} of 5 stars`, exact: true }).click()
      await page.locator(`button[aria-label="${stars} of 5 stars"][aria-pressed="true"]`).waitFor()
    },
    [Symbol.asyncDispose]: () => context.close(),
  }
  return visitor
}

async function watchedTab(context: BrowserContext, problems: string[]): Promise<Page> {
  const tab = await context.newPage()
  tab.on('pageerror', (error) => problems.push(String(error)))
  tab.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  tab.on('request', (request) => {
    if (!/^(https:\/\/localhost:8443|data:)/.test(request.url())) problems.push(`asked ${request.url()}`)
  })
  return tab
}

/** How many operations the supergraph has answered so far, subscriptions aside. */
export async function graphqlCalls(): Promise<number> {
  return sumOf(/^http_request_duration_seconds_count\{[^}]*route="\/graphql"[^}]*\} (\d+)$/gm)
}

/** How many subscriptions the supergraph has open. */
export async function openSubscriptions(): Promise<number> {
  return sumOf(/^movieverse_graphql_subscriptions(?:\{[^}]*\})? (\d+)$/gm)
}

async function sumOf(series: RegExp): Promise<number> {
  const metrics = await (await fetch('http://127.0.0.1:4000/metrics')).text()
  return [...metrics.matchAll(series)].reduce((sum, [, count]) => sum + Number(count), 0)
}
