import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDatabase } from '@movieverse/service/database.ts'
import { demoAccounts, demoPassword } from '@movieverse/web/sign-in/accounts/demo-accounts.ts'
import { runCommand } from './support/command.ts'
import { writeImdbCsv } from './support/imdb-csv-generator.ts'
import { copyOfCatalogue, type Catalogue } from './support/imported-catalogue.ts'
import { startBrowser, startWholePlatform, type WholePlatform } from './support/whole-platform.ts'

const site = 'https://localhost:8443'
const shots = fileURLToPath(new URL('../data/screenshots/', import.meta.url))
const axe = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const script = '<script>document.title="taken over"</script> & "Łódź"'

let catalogue: Catalogue
let platform: WholePlatform
/** What the title with markup in its name was called, and is still found by. */
let formerTitle: string
let browser: Browser

beforeAll(async () => {
  catalogue = await copyOfCatalogue('sqlite')
  const title: { id: number; title: string } = await catalogue.db('titles').orderBy('id').first('id', 'title')
  formerTitle = title.title
  await catalogue.db('titles').where({ id: title.id }).update({ title: script })
  platform = await startWholePlatform(catalogue.url)
  browser = await startBrowser()
  await mkdir(shots, { recursive: true })
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await platform?.stop()
  await catalogue?.[Symbol.asyncDispose]()
})

let context: BrowserContext
let page: Page
/** What went wrong in pages, and what they asked of others. */
let problems: string[]
beforeEach(async () => {
  problems = []
  context = await newContext()
  page = await newPage(context)
})
afterEach(() => context.close())

type ContextOptions = Parameters<Browser['newContext']>[0]

function newContext(options: ContextOptions = {}): Promise<BrowserContext> {
  return browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 }, ...options })
}

async function newPage(of: BrowserContext): Promise<Page> {
  const made = await of.newPage()
  made.on('pageerror', (error) => problems.push(String(error)))
  made.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  made.on('request', (request) => {
    if (!/^(https:\/\/localhost:8443|data:)/.test(request.url())) problems.push(`asked ${request.url()}`)
  })
  return made
}

async function open(path: string, of = page): Promise<void> {
  await of.goto(site + path)
  await of.waitForSelector('html[data-hydrated]')
}

async function signIn(account = demoAccounts[0]): Promise<void> {
  await page.getByRole('link', { name: 'Sign in', exact: true }).first().click()
  await giveCredentials(account?.email ?? '', demoPassword)
  await agreeWhereAsked()
}

async function giveCredentials(email: string, password: string): Promise<void> {
  await page.locator('input[name="email"]').fill(email)
  await page.locator('input[type="password"]').fill(password)
  await page.locator('form button[type="submit"]').last().click()
}

/** Somebody new, signed in. */
async function signUp(name: string): Promise<{ email: string; password: string }> {
  await open('/watchlist')
  await page.getByRole('link', { name: 'Sign up' }).click()
  const [email, password] = [`${name.toLowerCase()}-${Date.now()}@example.com`, 'a long enough secret of theirs']
  await page.locator('input[name="name"]').fill(name)
  await giveCredentials(email, password)
  await page.waitForURL(/\/sign-in/)
  await giveCredentials(email, password)
  await agreeWhereAsked()
  return { email, password }
}

async function chooseRegion(code: string): Promise<void> {
  await context.addCookies([{ name: '__Host-movieverse-region', value: code, url: site, secure: true }])
}

/** Opens a title of a region; answers the path of its page. */
async function openTitle(region: string, index: number): Promise<string> {
  await open(`/${region}`)
  await page.locator('.card a').nth(index).click()
  await page.getByRole('heading', { name: 'Where to watch' }).waitFor()
  return new URL(page.url()).pathname
}

async function rate(stars: string): Promise<void> {
  await page.getByRole('button', { name: `${stars} of 5 stars`, exact: true }).click()
  await page.locator(`button[aria-label="${stars} of 5 stars"][aria-pressed="true"]`).waitFor()
}

/** What the axe rules find wrong with a page. */
async function violationsOf(shown: Page): Promise<string[]> {
  await shown.evaluate(axe)
  const violations = await shown.evaluate(async () => {
    // `as`: what the script above defines.
    const { run } = (globalThis as unknown as { axe: { run(): Promise<{ violations: object[] }> } }).axe
    return (await run()).violations
  })
  return violations.map((each) => JSON.stringify(each).slice(0, 600))
}

/** By how many pixels a page is wider than its window. */
function overflowOf(shown: Page): Promise<number> {
  return shown.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
}

function scrolled(): Promise<number> {
  return page.evaluate<number>('scrollY')
}

/** The consent page comes the first time alone. */
async function agreeWhereAsked(): Promise<void> {
  const allow = page.getByRole('button', { name: 'Allow', exact: true })
  await allow.or(page.getByRole('button', { name: 'Sign out' })).waitFor()
  if (await allow.isVisible()) await allow.click()
  await page.waitForSelector('html[data-hydrated]')
}

describe('Browse', () => {
  test('a co-production stands on All and on USA, and not on India or UK, as the founding paper lists it', async () => {
    const label = 'Romania, Canada, USA-Teenage Space Vampires'
    for (const [path, count] of [
      ['/', 1],
      ['/us', 1],
      ['/in', 0],
      ['/gb', 0],
    ] as const) {
      await open(`${path}?view=list&q=Teenage+Space+Vampires`)
      expect(await page.getByRole('link', { name: label, exact: true }).count(), path).toBe(count)
    }
  })

  test('all titles can be walked, page by page, by links alone', async () => {
    const met = new Set<string>()
    let path: string | undefined = '/?view=list&sort=title'
    while (path !== undefined) {
      const html: string = await (await fetch(`http://127.0.0.1:8000${path}`)).text()
      for (const [, id] of html.matchAll(/href="\/title\/([^"]+)"/g)) met.add(id ?? '')
      path = /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(met.size).toBe(catalogue.titleCount)
  }, 180_000)

  test('filters stand in the URL, work by a click, and back takes them away again', async () => {
    await open('/')
    const all = await page.locator('.toolbar p').textContent()
    await page.getByText('Filters').click()
    await page.getByRole('group', { name: 'Genre' }).getByRole('checkbox').first().check()
    await page.waitForURL(/genre=/)
    await expect.poll(() => page.locator('.toolbar p').textContent()).not.toBe(all)
    await page.goBack()
    await expect.poll(() => page.locator('.toolbar p').textContent()).toBe(all)
    expect(problems).toEqual([])
  })

  test('back returns to the same place of the list', async () => {
    await open('/in')
    await page.getByRole('link', { name: 'Next page' }).click()
    await page.waitForURL(/after=/)
    const card = page.locator('.card a').nth(17)
    await card.scrollIntoViewIfNeeded()
    const [name, y] = [await card.textContent(), await scrolled()]
    expect(y).toBeGreaterThan(100)
    await card.click()
    await page.waitForURL(/\/title\//)
    await page.goBack()
    await page.waitForURL(/after=/)
    await expect.poll(async () => Math.abs((await scrolled()) - y)).toBeLessThan(40)
    expect(await page.locator('.card a').nth(17).textContent()).toBe(name)
  })

  test('a region is chosen, shown and remembered, and never guessed', async () => {
    await open('/')
    const picker = page.getByLabel('You watch in')
    expect(await picker.inputValue()).toBe('')
    await picker.selectOption('GB')
    await page.waitForSelector('html[data-hydrated]')
    await open('/us')
    expect(await page.getByLabel('You watch in').inputValue()).toBe('GB')
  })

  test('markup in a title is shown as text, on cards, on its page and in the data that the page carries', async () => {
    await open(`/search?q=${encodeURIComponent(formerTitle)}`)
    await page.locator('.card-title', { hasText: script }).first().waitFor()
    await page.locator('.card a', { hasText: script }).first().click()
    await page.getByRole('heading', { level: 1, name: script }).waitFor()
    await page.reload()
    expect(await page.title()).toBe(`${script} · MovieVerse`)
    expect(problems).toEqual([])
  })
})

describe('languages', () => {
  test('Hindi is chosen once and stays, on the server and in the browser', async () => {
    await open('/?lang=hi')
    await page.getByRole('heading', { level: 1, name: 'सभी फ़िल्में' }).waitFor()
    await page.getByRole('link', { name: 'खोज', exact: true }).click()
    await page.waitForURL(/\/search/)
    expect(await page.locator('html').getAttribute('lang')).toBe('hi')
    await open('/us')
    await page.getByRole('link', { name: 'सूची', exact: true }).waitFor()
    expect(problems).toEqual([])
  })

  test('why a title is recommended is said in Hindi too', async () => {
    await chooseRegion('IN')
    await open('/for-you?lang=hi')
    expect(await page.locator('.card-note').first().textContent()).toBe('आपके क्षेत्र में लोकप्रिय')
  })
})

describe('without JavaScript', () => {
  test.each(['/', '/in?view=list', '/search?q=love'])('%s is whole, and its links and forms lead on', async (path) => {
    await using plain = await newContext({ javaScriptEnabled: false })
    const still = await plain.newPage()
    await still.goto(site + path)
    await still.locator('a[href^="/title/"]').first().click()
    expect(await still.getByRole('heading', { name: 'Where to watch' }).count()).toBe(1)
    await still.getByRole('searchbox').first().fill('night')
    await still.keyboard.press('Enter')
    await still.waitForURL(/\/search\?q=night/)
    expect(await still.locator('.card').count()).toBeGreaterThan(0)
  })
})

describe('Search', () => {
  test('finds as one types, by the keyboard alone, and a deep link shows the same', async () => {
    await open('/search')
    await page.getByRole('searchbox').pressSequentially('vampir', { delay: 30 })
    await page.waitForURL(/q=vampir/)
    await page.locator('.card').first().waitFor()
    const first = await page.locator('.card-title').first().textContent()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: first ?? '' }).waitFor()
    await open('/search?q=vampir')
    expect(await page.locator('.card-title').first().textContent()).toBe(first)
    expect(problems).toEqual([])
  })
})

describe('a viewer', () => {
  test('signs in, rates, keeps a list and signs out; a double click asks once', async () => {
    await open('/in')
    await page.locator('.card a').first().click()
    await page.waitForURL(/\/title\//)
    const path = new URL(page.url()).pathname
    await signIn()
    expect(new URL(page.url()).pathname).toBe(path)
    const posts: string[] = []
    page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()))
    await page.getByRole('button', { name: '4 of 5 stars', exact: true }).dblclick()
    await page.locator('button[aria-label="4 of 5 stars"][aria-pressed="true"]').waitFor()
    expect(posts).toHaveLength(1)
    await page.getByRole('button', { name: 'Add to watchlist' }).click()
    await page.getByRole('button', { name: 'On your watchlist' }).waitFor()
    await open('/watchlist')
    expect(await page.locator('.card').count()).toBe(1)
    await page.screenshot({ path: `${shots}watchlist.png` })
    await open('/profile')
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
    await open('/for-you')
    await page.getByLabel('You watch in').selectOption('IN')
    await page.waitForSelector('html[data-hydrated]')
    await signUp('Dana')
    await open('/for-you')
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

  test('goes on when the tokens end in the middle, in two tabs at once', async () => {
    await open('/')
    await signIn(demoAccounts[1])
    const other = await newPage(context)
    const db = createDatabase(platform.environment.WEB_DATABASE_URL ?? '')
    await db('site_tokens').update({ expires_at: '2020-01-01 00:00:00.000' })
    await Promise.all([open('/watchlist'), open('/profile', other)])
    for (const tab of [page, other]) expect(await tab.getByRole('button', { name: 'Sign out' }).count()).toBe(1)
    const row: { expires_at: string } = await db('site_tokens').orderBy('expires_at', 'desc').first('expires_at')
    expect(row.expires_at > '2026').toBe(true)
    await db.destroy()
  })
})

describe('a viewer’s own data', () => {
  test('the file that they download holds a rating just given', async () => {
    await open('/')
    await signIn(demoAccounts[2])
    await openTitle('gb', 5)
    const title = await page.getByRole('heading', { level: 1 }).textContent()
    await rate('4.5')
    await open('/profile')
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
    await chooseRegion('IN')
    await open('/for-you')
    await signIn()
    await page.locator('.row .card').first().waitFor()
    const path = (await page.locator('.row .card a').first().getAttribute('href')) ?? ''
    await open(path)
    await page.getByRole('button', { name: 'Hide from recommendations' }).click()
    await page.getByRole('button', { name: 'Hidden: show it again' }).waitFor()
    await open('/for-you')
    await page.locator('.row .card').first().waitFor()
    expect(await page.locator(`.row a[href="${path}"]`).count()).toBe(0)
    await open(path)
    await page.getByRole('button', { name: 'Hidden: show it again' }).click()
    await page.getByRole('button', { name: 'Hide from recommendations' }).waitFor()
    expect(problems).toEqual([])
  })

  test('erasing deletes what they did, their account and their sessions, and nobody signs in any more', async () => {
    const { email, password } = await signUp('Erik')
    await openTitle('in', 3)
    await rate('5')
    const web = createDatabase(platform.environment.WEB_DATABASE_URL ?? '')
    const { id }: { id: string } = await web('accounts').where({ email }).first('id')
    const viewer: { id: number } = await catalogue.db('viewers').where({ user_id: id }).first('id')
    expect(await catalogue.db('viewer_ratings').where({ viewer_id: viewer.id })).toHaveLength(1)
    await open('/profile')
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
    await giveCredentials(email, password)
    await page.getByRole('alert').first().waitFor()
    expect(new URL(page.url()).pathname).toBe('/sign-in')
    await web.destroy()
  })
})

describe('a session that the edge has ended', () => {
  test('is told, the page comes as everybody has it, and signing in goes on from there', async () => {
    await open('/')
    await signIn(demoAccounts[1])
    const [web, edge] = [platform.environment.WEB_DATABASE_URL, platform.environment.EDGE_DATABASE_URL].map((url) =>
      createDatabase(url ?? ''),
    )
    await web?.('site_tokens').update({ expires_at: '2020-01-01 00:00:00.000' })
    const before = await web?.('site_tokens')
    await edge?.('edge_tokens').whereNotNull('authenticated_user_id').delete()
    const path = (await page.locator('.card a').first().getAttribute('href')) ?? ''
    await page.locator('.card a').first().click()
    await page.getByText('You were signed out: your sign-in has ended.').waitFor()
    await page.getByRole('link', { name: 'Sign in to rate, to hide, and to keep a watchlist.' }).waitFor()
    expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0)
    expect(await page.locator('.title-body .notice-bad').count()).toBe(0)
    expect(await web?.('site_tokens')).toHaveLength((before?.length ?? 0) - 1)
    await page.getByRole('link', { name: 'Sign in', exact: true }).click()
    await agreeWhereAsked()
    expect(new URL(page.url()).pathname).toBe(path)
    expect(await page.getByText('You were signed out').count()).toBe(0)
    expect(problems).toEqual([])
    await Promise.all([web?.destroy(), edge?.destroy()])
  })
})

describe('by the keyboard alone', () => {
  test('a viewer skips to the content, searches, opens a title and rates it, and sees where they are', async () => {
    await open('/')
    await signIn()
    await open('/')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Skip to content')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.closest("main") !== null')).toBe(true)
    await open('/')
    await tabTo('Search titles')
    await page.keyboard.type('vampires')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/search\?q=vampires/)
    await page.locator('.card').first().waitFor()
    const title = (await page.locator('.card-title').first().textContent()) ?? ''
    await tabTo(title)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    await tabTo('3 of 5 stars')
    await page.keyboard.press('Enter')
    await page.locator('button[aria-label="3 of 5 stars"][aria-pressed="true"]').waitFor()
    expect(await focused()).toBe('3 of 5 stars')
    expect(problems).toEqual([])
  })

  /** What the element that has the focus is called. */
  function focused(): Promise<string> {
    return page.evaluate<string>(
      '(({ activeElement: e }) => (e.getAttribute("aria-label") ?? e.querySelector(".card-title")?.textContent ?? e.textContent).trim())(document)',
    )
  }

  /** Every stop on the way shows that it has the focus. */
  async function tabTo(name: string): Promise<void> {
    for (let stops = 0; stops < 80; stops++) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), await focused()).not.toBe(
        'none',
      )
      if ((await focused()) === name) return
    }
    throw new Error(`no stop is called ${name}`)
  }
})

describe('on a screen of 2560 px', () => {
  test('no page is wider than the window', async () => {
    await using wide = await newContext({ viewport: { width: 2560, height: 1440 } })
    await wide.addCookies([{ name: '__Host-movieverse-region', value: 'IN', url: site, secure: true }])
    const shown = await newPage(wide)
    for (const path of ['/', '/us?view=list', '/search?q=night', '/for-you', '/watchlist', '/profile', '/status']) {
      await open(path, shown)
      expect(await overflowOf(shown), path).toBeLessThanOrEqual(0)
      await shown.screenshot({ path: `${shots}${/\w+/.exec(path)?.[0] ?? 'browse'}-2560.png` })
    }
    await open('/in', shown)
    await shown.locator('.card a').first().click()
    await shown.getByRole('heading', { name: 'Where to watch' }).waitFor()
    expect(await overflowOf(shown)).toBeLessThanOrEqual(0)
    await shown.screenshot({ path: `${shots}title-2560.png` })
    expect(problems).toEqual([])
  })
})

describe('live', () => {
  test('a title that an import brings to the region shows up without a reload', async () => {
    await open('/in')
    await page.waitForSelector('html[data-live="IN"]')
    const folder = await mkdtemp(join(tmpdir(), 'movieverse-live-'))
    await writeImdbCsv(folder, 24)
    // Titles that no catalogue of these tests holds.
    for (const name of ['movies', 'genres', 'ratings', 'directors', 'roles', 'names']) {
      const file = join(folder, `${name}.csv`)
      await writeFile(file, (await readFile(file, 'utf8')).replaceAll('tt50000', 'tt99000'))
    }
    await using command = runCommand(['scripts/db/import.ts', 'imdb-csv', folder], { DATABASE_URL: catalogue.url })
    expect(await command.ended, command.output()).toBe(0)
    const brought: Array<{ title: string }> = await catalogue
      .db('titles as t')
      .join('availabilities as a', 'a.title_id', 't.id')
      .where('a.region_code', 'IN')
      .where('t.imdb_id', 'like', 'tt99000%')
      .select('t.title')
    expect(brought.length).toBeGreaterThan(0)
    const toast = page.locator('.toast').first()
    await toast.waitFor({ timeout: 15_000 })
    const text = await toast.locator('a').textContent()
    expect(brought.map(({ title }) => `New in India: ${title}`)).toContain(text)
    await toast.locator('a').click()
    await page.getByRole('heading', { name: 'Where to watch' }).waitFor()
    expect(problems).toEqual([])
    await rm(folder, { recursive: true })
  })

  test('a title that becomes available in the region shows up without a reload', async () => {
    await open('/in')
    await page.waitForSelector('html[data-live="IN"]')
    const outsider: { imdb_id: string; title: string } = await catalogue
      .db('titles as t')
      .whereNotExists(function inIndia() {
        void this.from('availabilities as a').whereRaw('a.title_id = t.id').where('a.region_code', 'IN')
      })
      .whereNot('t.title', 'like', '<%')
      .orderBy('t.id', 'desc')
      .first('t.imdb_id', 't.title')
    const order = ['scripts/db/availability-set.ts', '--title', outsider.imdb_id, '--region', 'IN', '--offer', 'FREE']
    await using command = runCommand(order, { DATABASE_URL: catalogue.url })
    expect(await command.ended, command.output()).toBe(0)
    await page.locator('.toast', { hasText: outsider.title }).waitFor({ timeout: 15_000 })
    await page.screenshot({ path: `${shots}live.png` })
  })
})

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each([
    ['browse', '/'],
    ['list', '/us?view=list'],
    ['filtered', '/in?genre=Drama&sort=year'],
    ['title', '/in#title'],
    ['search', '/search?q=night'],
    ['for-you', '/for-you'],
    ['watchlist', '/watchlist'],
    ['profile', '/profile'],
    ['status', '/status'],
  ])('%s breaks no rule of axe, on a screen and on a phone, and fits', async (name, path) => {
    for (const [size, width] of [
      ['wide', 1280],
      ['phone', 360],
    ] as const) {
      await using themed = await newContext({ colorScheme, viewport: { width, height: 800 } })
      await themed.addCookies([{ name: '__Host-movieverse-region', value: 'IN', url: site, secure: true }])
      const shown = await newPage(themed)
      await open(path.replace('#title', ''), shown)
      if (path.endsWith('#title')) {
        await shown.locator('.card a').first().click()
        await shown.getByRole('heading', { name: 'Where to watch' }).waitFor()
      }
      const violations = await violationsOf(shown)
      await shown.screenshot({ path: `${shots}${name}-${colorScheme}-${size}.png` })
      expect(violations).toEqual([])
      expect(await overflowOf(shown), 'nothing stands beside the page').toBeLessThanOrEqual(0)
    }
    expect(problems).toEqual([])
  })

  test('what only a viewer sees breaks no rule of axe either', async () => {
    await open('/')
    await signIn()
    const storageState = await context.storageState()
    await using themed = await newContext({ colorScheme, storageState })
    await themed.addCookies([{ name: '__Host-movieverse-region', value: 'IN', url: site, secure: true }])
    const shown = await newPage(themed)
    for (const path of ['/for-you', '/watchlist', '/profile']) {
      await open(path, shown)
      expect(await shown.getByRole('button', { name: 'Sign out' }).count(), path).toBe(1)
      expect(await violationsOf(shown), path).toEqual([])
      await shown.screenshot({ path: `${shots}${path.slice(1)}-signed-in-${colorScheme}.png` })
    }
    expect(problems).toEqual([])
  })
})

describe('when something is down', () => {
  test('without recommendations the title page keeps all the rest; without the supergraph it says so', async () => {
    await open('/')
    await page.getByLabel('You watch in').selectOption('IN')
    await page.waitForSelector('html[data-hydrated]')
    await open('/in')
    const path = (await page.locator('.card a').first().getAttribute('href')) ?? ''
    const child = (name: string): WholePlatform['children'][number] | undefined =>
      platform.children.find((each) => each.name === name)
    await child('recommendations')?.stop(5000)
    await open(path)
    expect(await page.getByRole('heading', { name: 'Where to watch' }).count()).toBe(1)
    expect(await page.locator('.title-similar .notice-bad').count()).toBe(1)
    expect(await page.locator('.title-body .notice-bad').count()).toBe(0)
    await open('/status')
    await page.getByText('Some services do not work at the moment.').waitFor()
    await child('supergraph')?.stop(5000)
    await open('/')
    await page.getByText('This part does not answer at the moment.').waitFor()
    await child('edge')?.stop(5000)
    await page.goto('http://127.0.0.1:3000/')
    await page.getByText('This part does not answer at the moment.').waitFor()
  })
})
