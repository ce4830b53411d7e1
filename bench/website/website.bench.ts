import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase } from '@movieverse/service/database.ts'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { graphqlCalls, site, visit, type Visitor } from '../../tests/support/visitor.ts'
import { startBrowser, startWholePlatform } from '../../tests/support/whole-platform.ts'
import { generateCatalogue } from '../titles/dataset.ts'

/** What one view of a page measured, in milliseconds and bytes. */
interface View {
  readonly firstPaint: number
  readonly largestPaint: number
  readonly shift: number
  readonly scriptBytes: number
  readonly documentBytes: number
  readonly graphqlRequests: number
}

const slowDown = 4

/** Runs in the page before anything else of it. */
const observers = `
  window.measured = { largest: 0, shift: 0 }
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) measured.largest = entry.startTime })
    .observe({ type: 'largest-contentful-paint', buffered: true })
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) measured.shift += entry.value })
    .observe({ type: 'layout-shift', buffered: true })
`
/** Two frames after the script has taken the page over, so that what that moves is counted. */
const readings = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve({
  firstPaint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
  largestPaint: measured.largest,
  shift: measured.shift,
  documentBytes: performance.getEntriesByType('navigation')[0].encodedBodySize,
  scriptBytes: performance.getEntriesByType('resource')
    .filter(({ name }) => name.endsWith('.js')).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
}))))`

/** Every page with an empty cache, through the edge, with the CPU slowed down four times; medians. */
export async function benchWebsite({ isQuick }: { readonly isQuick: boolean }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-bench-website-'))
  const url = `sqlite:${folder}/platform.sqlite`
  try {
    const db = createDatabase(url)
    await generateCatalogue(db, 8_000)
    await db.destroy()
    await using _platform = await startWholePlatform(url)
    await using browser = await startBrowser()
    return await tableOf(browser, isQuick ? 1 : 5)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type StorageState = NonNullable<BrowserContextOptions['storageState']>

async function tableOf(browser: Browser, times: number): Promise<string> {
  await using guest = await visit({ browser })
  await guest.chooseRegion('IN')
  const title = await guest.openTitle('in', 0)
  const anybody = await guest.context.storageState()
  await guest.signIn()
  const viewer = await guest.context.storageState()
  const rows = [
    '| page | first contentful paint, ms | largest, ms | layout shift | JavaScript, kB | document, kB | GraphQL requests |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
  ]
  for (const path of ['/', '/in?view=list', title, '/search?q=silver', '/for-you', '/watchlist', '/profile', '/status'])
    rows.push(await rowOf(browser, path.replace(title, '/title/…'), path, anybody, times))
  for (const path of [title, '/for-you', '/watchlist', '/profile'])
    rows.push(await rowOf(browser, `${path.replace(title, '/title/…')}, signed in`, path, viewer, times))
  return rows.join('\n')
}

async function rowOf(
  browser: Browser,
  name: string,
  path: string,
  storageState: StorageState,
  times: number,
): Promise<string> {
  // The first view warms caches of the services, as somebody's has in any day.
  await view(browser, path, storageState)
  const views: View[] = []
  for (let time = 0; time < times; time++) views.push(await view(browser, path, storageState))
  const median = (pick: (view: View) => number): number =>
    views.map(pick).toSorted((a, b) => a - b)[Math.floor(views.length / 2)] ?? Number.NaN
  const cells = [
    name,
    median(({ firstPaint }) => firstPaint).toFixed(0),
    median(({ largestPaint }) => largestPaint).toFixed(0),
    Math.max(...views.map(({ shift }) => shift)).toFixed(3),
    (median(({ scriptBytes }) => scriptBytes) / 1000).toFixed(1),
    (median(({ documentBytes }) => documentBytes) / 1000).toFixed(1),
    Math.max(...views.map(({ graphqlRequests }) => graphqlRequests)),
  ]
  return `| ${cells.join(' | ')} |`
}

async function view(browser: Browser, path: string, storageState: StorageState): Promise<View> {
  const before = await graphqlCalls()
  await using visitor: Visitor = await visit({ browser }, { storageState })
  const { context, page } = visitor
  const session = await context.newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowDown })
  await page.addInitScript(observers)
  await page.goto(site + path)
  await page.waitForSelector('html[data-hydrated]')
  const measured = await page.evaluate<Omit<View, 'graphqlRequests'>>(readings)
  return { ...measured, graphqlRequests: (await graphqlCalls()) - before }
}
