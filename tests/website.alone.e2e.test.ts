import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { buildWebApp } from '@movieverse/web/app.ts'
import { readWebConfig } from '@movieverse/web/config.ts'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startPlatform } from '../scripts/platform/platform.ts'
import { platformProcesses } from '../scripts/platform/processes.ts'
import { runCommand } from './support/command.ts'
import { writeImdbCsv } from './support/imdb-csv-generator.ts'
import { graphqlCalls, openSubscriptions, site, visit, type Visitor } from './support/visitor.ts'
import { startWebsite, type Website } from './support/website.ts'
import type { WholePlatform } from './support/whole-platform.ts'

const shots = fileURLToPath(new URL('../data/screenshots/', import.meta.url))
const axe = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const script = '<script>document.title="taken over"</script> & "Łódź"'

let website: Website
/** What the title with markup in its name was called, and is still found by. */
let formerTitle: string
beforeAll(async () => {
  website = await startWebsite(async ({ db }) => {
    const title: { id: number; title: string } = await db('titles').orderBy('id').first('id', 'title')
    formerTitle = title.title
    await db('titles').where({ id: title.id }).update({ title: script })
  })
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

describe('Browse', () => {
  test('a co-production stands on All and on USA, and not on India or UK, as the founding paper lists it', async () => {
    const label = 'Romania, Canada, USA-Teenage Space Vampires'
    for (const [path, count] of [
      ['/', 1],
      ['/us', 1],
      ['/in', 0],
      ['/gb', 0],
    ] as const) {
      await visitor.open(`${path}?view=list&q=Teenage+Space+Vampires`)
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
    expect(met.size).toBe(website.catalogue.titleCount)
  }, 180_000)

  test('filters stand in the URL, work by a click, and back takes them away again', async () => {
    await visitor.open('/')
    const all = await page.locator('.toolbar p').textContent()
    await page.getByRole('group', { name: 'Genre' }).getByRole('checkbox').first().check()
    await page.waitForURL(/genre=/)
    await expect.poll(() => page.locator('.toolbar p').textContent()).not.toBe(all)
    await page.goBack()
    await expect.poll(() => page.locator('.toolbar p').textContent()).toBe(all)
    expect(problems).toEqual([])
  })

  test('back returns to the same place of the list', async () => {
    await visitor.open('/in')
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
    await visitor.open('/')
    const picker = page.getByLabel('You watch in')
    expect(await picker.inputValue()).toBe('')
    await picker.selectOption('GB')
    await page.waitForSelector('html[data-hydrated]')
    await visitor.open('/us')
    expect(await page.getByLabel('You watch in').inputValue()).toBe('GB')
  })

  test('markup in a title is shown as text, on cards, on its page and in the data that the page carries', async () => {
    await visitor.open(`/search?q=${encodeURIComponent(formerTitle)}`)
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
    await visitor.open('/?lang=hi')
    await page.getByRole('heading', { level: 1, name: 'सभी फ़िल्में' }).waitFor()
    await page.getByRole('link', { name: 'खोज', exact: true }).click()
    await page.waitForURL(/\/search/)
    expect(await page.locator('html').getAttribute('lang')).toBe('hi')
    await visitor.open('/us')
    await page.getByRole('link', { name: 'सूची', exact: true }).waitFor()
    expect(problems).toEqual([])
  })

  test('why a title is recommended is said in Hindi too', async () => {
    await visitor.chooseRegion('IN')
    await visitor.open('/for-you?lang=hi')
    expect(await page.locator('.card-note').first().textContent()).toBe('भारत में लोकप्रिय')
  })
})

describe('an address where nothing is', () => {
  test.each([
    ['en', '/title/nothing/here', 'There is nothing here', 'To all films'],
    ['hi', '/for-you/nothing?lang=hi', 'यहाँ कुछ नहीं है', 'सभी फ़िल्मों पर जाएँ'],
  ])('is told in the visitor’s language (%s), with a way home', async (_language, path, told, home) => {
    const answer = await page.goto(site + path)
    expect(answer?.status()).toBe(404)
    await page.getByRole('heading', { level: 1, name: told }).waitFor()
    await page.getByRole('link', { name: home }).click()
    await page.locator('.card').first().waitFor()
    expect(new URL(page.url()).pathname).toBe('/')
  })
})

describe('a page view', () => {
  test('asks the API once at most, the pages of a viewer too', async () => {
    await visitor.chooseRegion('IN')
    const ofTitle = await visitor.openTitle('in', 0)
    const paths = [
      '/',
      '/in',
      '/us?view=list',
      ofTitle,
      '/search?q=night',
      '/for-you',
      '/watchlist',
      '/profile',
      '/status',
    ]
    const viewOf = async (path: string): Promise<[string, number]> => {
      const before = await graphqlCalls()
      await visitor.open(path)
      return [path, (await graphqlCalls()) - before]
    }
    const asked: Array<[string, number]> = []
    for (const path of paths) asked.push(await viewOf(path))
    await visitor.open('/')
    await visitor.signIn()
    for (const path of paths) asked.push(await viewOf(path))
    const pagesThatNeedNone = ['/watchlist', '/profile', '/status']
    for (const [index, [path, count]] of asked.entries()) {
      const isSignedIn = index >= paths.length
      const needsNone = path === '/status' || (!isSignedIn && pagesThatNeedNone.includes(path))
      expect(count, `${path}, ${isSignedIn ? 'signed in' : 'signed out'}`).toBe(needsNone ? 0 : 1)
    }
  })
})

describe('pictures of posters', () => {
  test('come from the configured host alone; the drawing stays where one does not come', async () => {
    const WEB_DATABASE_URL = website.platform.environment.WEB_DATABASE_URL ?? ''
    const POSTER_URL = 'https://images.example.org/{imdbId}.svg'
    const app = await buildWebApp(readWebConfig({ WEB_DATABASE_URL, POSTER_URL, LOG_LEVEL: 'silent' }))
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="30"><rect width="20" height="30"/></svg>'
    let asked = 0
    await context.route('https://images.example.org/**', (route) =>
      asked++ === 0 ? route.fulfill({ contentType: 'image/svg+xml', body: svg }) : route.abort(),
    )
    const answer = await page.goto(`${url}/in`)
    expect(answer?.headers()['content-security-policy']).toContain("img-src 'self' data: https://images.example.org;")
    await expect
      .poll(() => page.evaluate('[...document.images].filter((image) => image.naturalWidth === 20).length'))
      .toBe(1)
    expect(asked).toBeGreaterThan(1)
    expect(await page.locator('.card svg.poster').count()).toBe(await page.locator('.card').count())
    expect(await page.locator('.poster-frame img').first().getAttribute('src')).toMatch(/\/tt\d+\.svg$/)
    await app.close()
  })
})

describe('without JavaScript', () => {
  test.each(['/', '/in?view=list', '/search?q=love'])('%s is whole, and its links and forms lead on', async (path) => {
    await using plain = await visit(website, { javaScriptEnabled: false })
    const still = plain.page
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
    await visitor.open('/search')
    await page.getByRole('searchbox').pressSequentially('vampir', { delay: 30 })
    await page.waitForURL(/q=vampir/)
    await page.locator('.card').first().waitFor()
    const first = await page.locator('.card-title').first().textContent()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: first ?? '' }).waitFor()
    await visitor.open('/search?q=vampir')
    expect(await page.locator('.card-title').first().textContent()).toBe(first)
    expect(problems).toEqual([])
  })
})

describe('by the keyboard alone', () => {
  test('a viewer skips to the content, searches, opens a title and rates it, and sees where they are', async () => {
    await visitor.open('/')
    await visitor.signIn()
    await visitor.open('/')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Skip to content')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.closest("main") !== null')).toBe(true)
    await visitor.open('/')
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
    await using wide = await visit(website, { viewport: { width: 2560, height: 1440 } })
    await wide.chooseRegion('IN')
    const { page: shown } = wide
    for (const path of ['/', '/us?view=list', '/search?q=night', '/for-you', '/watchlist', '/profile', '/status']) {
      await wide.open(path)
      expect(await overflowOf(shown), path).toBeLessThanOrEqual(0)
      await shown.screenshot({ path: `${shots}${/\w+/.exec(path)?.[0] ?? 'browse'}-2560.png` })
    }
    await wide.open('/in')
    await shown.locator('.card a').first().click()
    await shown.getByRole('heading', { name: 'Where to watch' }).waitFor()
    expect(await overflowOf(shown)).toBeLessThanOrEqual(0)
    await shown.screenshot({ path: `${shots}title-2560.png` })
    expect(wide.problems).toEqual([])
  })
})

/** Makes a title available in India that nobody could see there; answers what it is called. */
async function bringToIndia(): Promise<string> {
  const outsider: { imdb_id: string; title: string } = await website.catalogue
    .db('titles as t')
    .whereNotExists(function inIndia() {
      void this.from('availabilities as a').whereRaw('a.title_id = t.id').where('a.region_code', 'IN')
    })
    .whereNot('t.title', 'like', '<%')
    .orderBy('t.id', 'desc')
    .first('t.imdb_id', 't.title')
  const order = ['scripts/db/availability-set.ts', '--title', outsider.imdb_id, '--region', 'IN', '--offer', 'FREE']
  await using command = runCommand(order, { DATABASE_URL: website.catalogue.url })
  expect(await command.ended, command.output()).toBe(0)
  return outsider.title
}

describe('live', () => {
  test('a title that an import brings to the region shows up without a reload, in every tab', async () => {
    const other = await visitor.newTab()
    for (const tab of [page, other]) {
      await visitor.open('/in', tab)
      await tab.waitForSelector('html[data-live="IN"]')
    }
    const folder = await mkdtemp(join(tmpdir(), 'movieverse-live-'))
    await writeImdbCsv(folder, 24)
    // Titles that no catalogue of these tests holds.
    for (const name of ['movies', 'genres', 'ratings', 'directors', 'roles', 'names']) {
      const file = join(folder, `${name}.csv`)
      await writeFile(file, (await readFile(file, 'utf8')).replaceAll('tt50000', 'tt99000'))
    }
    await using command = runCommand(['scripts/db/import.ts', 'imdb-csv', folder], {
      DATABASE_URL: website.catalogue.url,
    })
    expect(await command.ended, command.output()).toBe(0)
    const brought: Array<{ title: string }> = await website.catalogue
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
    await other.locator('.toast', { hasText: text ?? '' }).waitFor()
    await toast.locator('a').click()
    await page.getByRole('heading', { name: 'Where to watch' }).waitFor()
    expect(problems).toEqual([])
    await rm(folder, { recursive: true })
  })

  test('a title that becomes available in the region shows up without a reload', async () => {
    await visitor.open('/in')
    await page.waitForSelector('html[data-live="IN"]')
    const title = await bringToIndia()
    await page.locator('.toast', { hasText: title }).waitFor({ timeout: 15_000 })
    await page.screenshot({ path: `${shots}live.png` })
    expect(problems).toEqual([])
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
      await using themed = await visit(website, { colorScheme, viewport: { width, height: 800 } })
      await themed.chooseRegion('IN')
      const { page: shown } = themed
      await themed.open(path.replace('#title', ''))
      if (path.endsWith('#title')) {
        await shown.locator('.card a').first().click()
        await shown.getByRole('heading', { name: 'Where to watch' }).waitFor()
      }
      const violations = await violationsOf(shown)
      await shown.screenshot({ path: `${shots}${name}-${colorScheme}-${size}.png` })
      expect(violations).toEqual([])
      expect(await overflowOf(shown), 'nothing stands beside the page').toBeLessThanOrEqual(0)
      expect(themed.problems).toEqual([])
    }
  })

  test('what only a viewer sees breaks no rule of axe either', async () => {
    await visitor.open('/')
    await visitor.signIn()
    const storageState = await context.storageState()
    await using themed = await visit(website, { colorScheme, storageState })
    await themed.chooseRegion('IN')
    const { page: shown } = themed
    for (const path of ['/for-you', '/watchlist', '/profile']) {
      await themed.open(path)
      expect(await shown.getByRole('button', { name: 'Sign out' }).count(), path).toBe(1)
      expect(await violationsOf(shown), path).toEqual([])
      await shown.screenshot({ path: `${shots}${path.slice(1)}-signed-in-${colorScheme}.png` })
    }
    expect(themed.problems).toEqual([])
  })
})

describe('when something is down', () => {
  const child = (name: string): WholePlatform['children'][number] | undefined =>
    website.platform.children.find((each) => each.name === name)

  test('without recommendations the title page keeps all the rest; without the supergraph it says so', async () => {
    await visitor.open('/')
    await visitor.signIn()
    await page.getByLabel('You watch in').selectOption('IN')
    await page.waitForSelector('html[data-hydrated]')
    await visitor.open('/in')
    const path = (await page.locator('.card a').first().getAttribute('href')) ?? ''
    await child('recommendations')?.stop(5000)
    await visitor.open(path)
    expect(await page.getByRole('heading', { name: 'Where to watch' }).count()).toBe(1)
    expect(await page.locator('.title-similar .notice-bad').count()).toBe(1)
    expect(await page.locator('.title-body .notice-bad').count()).toBe(0)
    await visitor.open('/status')
    await page.getByText('Some services do not work at the moment.').waitFor()
    await child('supergraph')?.stop(5000)
    await visitor.open('/')
    await page.getByText('This part does not answer at the moment.').waitFor()
    for (const path of ['/for-you', '/watchlist', '/profile']) {
      await visitor.open(path)
      await page.getByText('This part does not answer at the moment.').first().waitFor()
    }
    await child('edge')?.stop(5000)
    await page.goto('http://127.0.0.1:3000/')
    await page.getByText('This part does not answer at the moment.').waitFor()
  })

  test('a page that stays open while the edge is away for long is live again once it is back', async () => {
    await child('edge')?.stop(5000)
    // The web server's own port: what it must do does not hang on how the browser's way to it breaks.
    await page.goto('http://127.0.0.1:3000/in')
    await page.waitForSelector('html[data-live="IN"]')
    // Twice as long as the web server waits before it asks the edge again.
    await wait(5000)
    expect(website.platform.lines.filter((line) => /uncaught/.test(line))).toEqual([])
    const processes = platformProcesses().filter(({ name }) => child(name)?.hasEnded())
    expect(processes.map(({ name }) => name)).not.toContain('web')
    const { environment } = website.platform
    const back = await startPlatform({ processes, environment, watch: false, print: () => {} })
    try {
      await expect.poll(openSubscriptions, { timeout: 15_000 }).toBe(1)
      const title = await bringToIndia()
      await page.locator('.toast', { hasText: title }).waitFor({ timeout: 15_000 })
    } finally {
      await back.stop()
    }
  })
})
