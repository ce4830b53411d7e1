import { mkdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { readWebConfig, edgeCaFileOf } from '@movieverse/web/config.ts'
import { createEdgeConnections } from '@movieverse/web/http/edge-connections.ts'
import { demoAccounts, demoPassword } from '@movieverse/web/sign-in/accounts/demo-accounts.ts'
import { createEdgeTokens } from '@movieverse/web/site/session/edge-tokens.ts'
import { createSeal } from '@movieverse/web/site/session/sealed.ts'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { site, visit, type Visitor } from './support/visitor.ts'
import { startWebsite, type Website } from './support/website.ts'

const shots = fileURLToPath(new URL('../data/screenshots/', import.meta.url))
const config = readWebConfig({})
const past = '2020-01-01 00:00:00.000'

let website: Website
beforeAll(async () => {
  website = await startWebsite()
  await mkdir(shots, { recursive: true })
}, 240_000)
afterAll(() => website?.[Symbol.asyncDispose]())

let visitor: Visitor
let context: Visitor['context']
let page: Page
let problems: readonly string[]
beforeEach(async () => {
  visitor = await visit(website)
  ;({ context, page, problems } = visitor)
})
afterEach(() => visitor[Symbol.asyncDispose]())

describe('a viewer', () => {
  test('signs in, rates, keeps a list and signs out; a double click asks once', async () => {
    await visitor.open('/in')
    await page.locator('.card a').first().click()
    await page.waitForURL(/\/title\//)
    const path = new URL(page.url()).pathname
    await visitor.signIn()
    expect(new URL(page.url()).pathname).toBe(path)
    const posts: string[] = []
    page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()))
    await page.getByRole('button', { name: '4 of 5 stars', exact: true }).dblclick()
    await page.locator('button[aria-label="4 of 5 stars"][aria-pressed="true"]').waitFor()
    expect(posts).toHaveLength(1)
    await page.getByRole('button', { name: 'Add to watchlist' }).click()
    await page.getByRole('button', { name: 'On your watchlist' }).waitFor()
    await visitor.open('/watchlist')
    expect(await page.locator('.card').count()).toBe(1)
    await page.screenshot({ path: `${shots}watchlist.png` })
    await visitor.open('/profile')
    await page.getByLabel('Display name').fill('Asha of Łódź')
    await page.locator('select[name="region"]').selectOption('IN')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Your profile is saved.').waitFor()
    expect(await page.getByLabel('Display name').inputValue()).toBe('Asha of Łódź')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor()
    const cookies = await context.cookies()
    expect(cookies.filter(({ httpOnly, secure, sameSite }) => !httpOnly || !secure || sameSite !== 'Lax')).toEqual([])
    expect(problems).toEqual([])
  })

  test('signs up, is recommended titles, and a rating changes the page without a reload', async () => {
    await visitor.open('/for-you')
    await page.getByLabel('You watch in').selectOption('IN')
    await page.waitForSelector('html[data-hydrated]')
    await visitor.signUp('Dana')
    await visitor.open('/for-you')
    await page.locator('.row .card').first().waitFor()
    const before = await page.locator('.row').first().textContent()
    await page.evaluate("document.documentElement.setAttribute('data-same', '')")
    await page
      .getByRole('button', { name: /^Like it/ })
      .first()
      .click()
    await expect.poll(() => page.locator('.row').first().textContent()).not.toBe(before)
    expect(await page.locator('html[data-same]').count()).toBe(1)
    await page.screenshot({ path: `${shots}for-you.png` })
  })

  test('has tokens on the server alone, and when they sign out these are worth nothing any more', async () => {
    await visitor.open('/')
    await visitor.signIn(demoAccounts[1])
    await visitor.open('/profile')
    const { access, refresh } = await keptTokens()
    expect(await statusWith(access)).toBe(400)
    const storage = 'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, document.cookie])'
    const state = "fetch('/site/state?path=/profile').then((answer) => answer.text())"
    const seen = [await page.content(), await page.evaluate<string>(storage), await page.evaluate<string>(state)]
    for (const text of [...seen, JSON.stringify(await context.cookies())])
      for (const token of [access, refresh]) expect(text).not.toContain(token)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor()
    // The edge remembers for a moment what it has read.
    await expect.poll(() => statusWith(access), { timeout: 15_000, interval: 200 }).toBe(401)
    expect(await canRefresh(refresh)).toBe(false)
  })

  test('goes on when the tokens end in the middle, in two tabs at once', async () => {
    await visitor.open('/')
    await visitor.signIn(demoAccounts[1])
    const other = await visitor.newTab()
    await website.web('site_tokens').update({ expires_at: past })
    await Promise.all([visitor.open('/watchlist'), visitor.open('/profile', other)])
    for (const tab of [page, other]) expect(await tab.getByRole('button', { name: 'Sign out' }).count()).toBe(1)
    const row: { expires_at: string } = await website
      .web('site_tokens')
      .orderBy('expires_at', 'desc')
      .first('expires_at')
    expect(row.expires_at > past).toBe(true)
  })
})

describe('a viewer’s own data', () => {
  test('the file that they download holds a rating just given', async () => {
    await visitor.open('/')
    await visitor.signIn(demoAccounts[2])
    await visitor.openTitle('gb', 5)
    const title = await page.getByRole('heading', { level: 1 }).textContent()
    await visitor.rate('4.5')
    await visitor.open('/profile')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download my data' }).click(),
    ])
    // `as`: what exportMe answers.
    const { ratings } = JSON.parse(await readFile(await download.path(), 'utf8')) as { ratings: object[] }
    expect(download.suggestedFilename()).toBe('movieverse-data.json')
    expect(ratings).toContainEqual(expect.objectContaining({ title, stars: 4.5 }))
    expect(problems).toEqual([])
  })

  test('a hidden title is recommended no more, until it is shown again', async () => {
    await visitor.chooseRegion('IN')
    await visitor.open('/for-you')
    await visitor.signIn()
    await page.locator('.row .card').first().waitFor()
    const path = (await page.locator('.row .card a').first().getAttribute('href')) ?? ''
    await visitor.open(path)
    await page.getByRole('button', { name: 'Hide from recommendations' }).click()
    await page.getByRole('button', { name: 'Hidden: show it again' }).waitFor()
    await visitor.open('/for-you')
    await page.locator('.row .card').first().waitFor()
    expect(await page.locator(`.row a[href="${path}"]`).count()).toBe(0)
    await visitor.open(path)
    await page.getByRole('button', { name: 'Hidden: show it again' }).click()
    await page.getByRole('button', { name: 'Hide from recommendations' }).waitFor()
    expect(problems).toEqual([])
  })

  test('erasing deletes what they did, their account and their sessions, and nobody signs in any more', async () => {
    const { email, password } = await visitor.signUp('Erik')
    await visitor.openTitle('in', 3)
    await visitor.rate('5')
    const { web, catalogue } = website
    const { id }: { id: string } = await web('accounts').where({ email }).first('id')
    const viewer: { id: number } = await catalogue.db('viewers').where({ user_id: id }).first('id')
    expect(await catalogue.db('viewer_ratings').where({ viewer_id: viewer.id })).toHaveLength(1)
    await visitor.open('/profile')
    await page.getByRole('checkbox', { name: 'Yes, delete everything about me' }).check()
    await page.getByRole('button', { name: 'Delete me' }).click()
    await page.getByRole('link', { name: 'Sign in', exact: true }).waitFor()
    expect(await catalogue.db('viewers').where({ id: viewer.id })).toEqual([])
    expect(await catalogue.db('viewer_ratings').where({ viewer_id: viewer.id })).toEqual([])
    expect(await web('accounts').where({ email })).toEqual([])
    for (const table of ['sessions', 'consents']) expect(await web(table).where({ account_id: id }), table).toEqual([])
    expect((await context.cookies()).map(({ name }) => name)).not.toContain('__Host-movieverse-session')
    expect(problems).toEqual([])
    await page.getByRole('link', { name: 'Sign in', exact: true }).click()
    await visitor.giveCredentials(email, password)
    await page.getByRole('alert').first().waitFor()
    expect(new URL(page.url()).pathname).toBe('/sign-in')
  })
})

describe('a sign-in that has ended', () => {
  test('is told, the page comes as everybody has it, and signing in goes on from there', async () => {
    await visitor.open('/')
    await visitor.signIn(demoAccounts[1])
    const { web, edge } = website
    await web('site_tokens').update({ expires_at: past })
    const before = await web('site_tokens')
    await edge('edge_tokens').whereNotNull('authenticated_user_id').delete()
    const path = (await page.locator('.card a').first().getAttribute('href')) ?? ''
    await page.locator('.card a').first().click()
    await page.getByText('You were signed out: your sign-in has ended.').waitFor()
    await page.getByRole('link', { name: 'Sign in to rate, to hide, and to keep a watchlist.' }).waitFor()
    expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0)
    expect(await page.locator('.title-body .notice-bad').count()).toBe(0)
    expect(await web('site_tokens')).toHaveLength(before.length - 1)
    await page.getByRole('banner').getByRole('link', { name: 'Sign in', exact: true }).click()
    await visitor.agreeWhereAsked()
    expect(new URL(page.url()).pathname).toBe(path)
    expect(await page.getByText('You were signed out').count()).toBe(0)
    expect(problems).toEqual([])
  })

  test('in the middle of a click is told: nothing was done, the page stays, and after signing in the click is good', async () => {
    await visitor.open('/')
    await visitor.signIn(demoAccounts[1])
    const path = await visitor.openTitle('gb', 7)
    await useRefreshTokenElsewhere()
    await page.getByRole('button', { name: 'Hide from recommendations' }).click()
    await page.getByText('That was not done, because you are signed out.').waitFor()
    const told = page.getByRole('alert').filter({ hasText: 'You were signed out: your sign-in has ended.' })
    expect(new URL(page.url()).pathname).toBe(path)
    expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0)
    expect(await page.getByRole('heading', { name: 'Where to watch' }).count()).toBe(1)
    await told.getByRole('link', { name: 'Sign in' }).click()
    await visitor.agreeWhereAsked()
    expect(new URL(page.url()).pathname).toBe(path)
    await page.getByRole('button', { name: 'Hide from recommendations' }).click()
    await page.getByRole('button', { name: 'Hidden: show it again' }).waitFor()
  })

  test('because the session is over is told once, and signing in leads back to the same list', async () => {
    await visitor.open('/')
    await visitor.signIn(demoAccounts[2])
    await website.web('sessions').delete()
    await visitor.open('/in?genre=drama&sort=year')
    const told = page.getByRole('alert').filter({ hasText: 'You were signed out' })
    await told.waitFor()
    expect(await page.locator('.card').count()).toBeGreaterThan(10)
    expect((await context.cookies()).map(({ name }) => name)).not.toContain('__Host-movieverse-session')
    await visitor.open('/in?genre=drama&sort=year')
    expect(await told.count()).toBe(0)
    await page.getByRole('link', { name: 'Sign in', exact: true }).click()
    await visitor.giveCredentials(demoAccounts[2]?.email ?? '', demoPassword)
    await visitor.agreeWhereAsked()
    expect(page.url()).toBe(`${site}/in?genre=drama&sort=year`)
    expect(problems).toEqual([])
  })

  test('and begun again in another tab: the first tab’s next click works at the second try', async () => {
    await visitor.open('/')
    await visitor.signIn(demoAccounts[2])
    const path = await visitor.openTitle('gb', 9)
    const other = await visitor.newTab()
    await visitor.open('/', other)
    await other.getByRole('button', { name: 'Sign out' }).click()
    await other.getByRole('link', { name: 'Sign in', exact: true }).first().click()
    await other.locator('input[name="email"]').fill(demoAccounts[2]?.email ?? '')
    await other.locator('input[type="password"]').fill(demoPassword)
    await other.locator('form button[type="submit"]').last().click()
    await other.getByRole('button', { name: 'Sign out' }).waitFor()
    await page.getByRole('button', { name: 'Add to watchlist' }).click()
    await page.getByText('That did not work. Try again in a moment.').waitFor()
    await page.getByRole('button', { name: 'Add to watchlist' }).click()
    await page.getByRole('button', { name: 'On your watchlist' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(path)
  })
})

/** The tokens that the website keeps for the session that was last renewed. */
async function keptTokens(): Promise<{ readonly access: string; readonly refresh: string }> {
  const row: { session_hash: string; sealed: string } = await website
    .web('site_tokens')
    .orderBy('updated_at', 'desc')
    .first()
  const text = createSeal(config.WEB_COOKIE_SECRET, 'site tokens').open(row.sealed, row.session_hash)
  // `as`: what site-tokens.ts seals.
  return JSON.parse(text ?? '{}') as { access: string; refresh: string }
}

/** Has the edge refuse the access tokens of users from now on; their refresh tokens stay good. */
async function expireAtEdge(): Promise<void> {
  const { access } = await keptTokens()
  await website.edge('edge_tokens').whereNotNull('authenticated_user_id').update({ expires_at: past })
  // The edge remembers for a moment what it has read.
  await expect.poll(() => statusWith(access), { timeout: 15_000, interval: 200 }).toBe(401)
}

async function statusWith(token: string): Promise<number> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  return (await fetch('http://127.0.0.1:8000/graphql', { method: 'POST', headers, body: '{}' })).status
}

/** Somebody else has got hold of the refresh token and uses it: both tokens of the website are worthless at once. */
async function useRefreshTokenElsewhere(): Promise<void> {
  expect(await canRefresh((await keptTokens()).refresh)).toBe(true)
}

/** Whether the edge gives a new pair for a refresh token. */
async function canRefresh(token: string): Promise<boolean> {
  const connections = createEdgeConnections(edgeCaFileOf(config), { timeoutMs: 5000, maxAnswerBytes: 65_536 })
  const edge = createEdgeTokens({ connections, edgeUrl: site, clientSecret: config.WEBSITE_CLIENT_SECRET })
  const pair = await edge.refreshed(token)
  await connections.close()
  return pair !== null
}

/** The access tokens of users that the edge knows, hashed. */
async function usersTokens(): Promise<string[]> {
  const rows: Array<{ access_hash: string }> = await website
    .edge('edge_tokens')
    .whereNotNull('authenticated_user_id')
    .select('access_hash')
  return rows.map((row) => row.access_hash).toSorted()
}

describe('an access token that the edge refuses in mid-use', () => {
  test('is renewed and the request sent once more: what was clicked is done once, and nobody notices', async () => {
    await visitor.open('/')
    await visitor.signIn(demoAccounts[1])
    const path = await visitor.openTitle('in', 2)
    const listed = (): Promise<unknown[]> => website.catalogue.db('watchlist_entries')
    const [before, entries] = [await usersTokens(), await listed()]
    await expireAtEdge()
    const posts: string[] = []
    page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()))
    await page.getByRole('button', { name: 'Add to watchlist' }).click()
    await page.getByRole('button', { name: 'On your watchlist' }).waitFor()
    expect(posts).toEqual([`${site}/site/do/watchlist-add`])
    expect(await listed()).toHaveLength(entries.length + 1)
    const after = await usersTokens()
    expect(after).toHaveLength(before.length)
    expect(
      after.filter((token) => !before.includes(token)),
      'one pair was replaced',
    ).toHaveLength(1)
    await expireAtEdge()
    await page.getByRole('link', { name: 'Watchlist' }).click()
    await page.locator(`.card a[href="${path}"]`).waitFor()
    await expireAtEdge()
    await page.reload()
    await page.locator(`.card a[href="${path}"]`).waitFor()
    await expectUnnoticed(page)
  })

  test('is renewed once for two tabs that ask at the same time', async () => {
    await visitor.open('/')
    await visitor.signIn(demoAccounts[2])
    const path = await visitor.openTitle('in', 4)
    const other = await visitor.newTab()
    await visitor.open(path, other)
    await expireAtEdge()
    await Promise.all([
      page.getByRole('button', { name: '3 of 5 stars', exact: true }).click(),
      other.getByRole('button', { name: 'Add to watchlist' }).click(),
    ])
    await page.locator('button[aria-label="3 of 5 stars"][aria-pressed="true"]').waitFor()
    await other.getByRole('button', { name: 'On your watchlist' }).waitFor()
    for (const tab of [page, other]) await expectUnnoticed(tab)
    await visitor.open(path)
    await page.locator('button[aria-label="3 of 5 stars"][aria-pressed="true"]').waitFor()
    expect(await page.getByRole('button', { name: 'On your watchlist' }).count()).toBe(1)
  })

  async function expectUnnoticed(tab: Page): Promise<void> {
    expect(await tab.getByRole('button', { name: 'Sign out' }).count()).toBe(1)
    expect(await tab.getByRole('alert').count()).toBe(0)
    expect(problems).toEqual([])
  }
})
