import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase } from '@movieverse/service/database.ts'
import type { Browser } from 'playwright-core'
import { startBrowser, startWholePlatform } from '../../tests/support/whole-platform.ts'
import { generateCatalogue } from '../titles/dataset.ts'

/** What one visit of a page measured, in milliseconds and bytes. */
interface Visit {
  readonly firstPaint: number
  readonly largestPaint: number
  readonly shift: number
  readonly scriptBytes: number
  readonly graphqlRequests: number
}

const slowDown = 4
const accessLog = new URL('../../data/edge/access.log', import.meta.url)

/** Runs in the page before anything else of it. */
const observers = `
  window.measured = { largest: 0, shift: 0 }
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) measured.largest = entry.startTime })
    .observe({ type: 'largest-contentful-paint', buffered: true })
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) measured.shift += entry.value })
    .observe({ type: 'layout-shift', buffered: true })
`
const readings = `({
  firstPaint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
  largestPaint: measured.largest,
  shift: measured.shift,
  scriptBytes: performance.getEntriesByType('resource')
    .filter(({ name }) => name.endsWith('.js')).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
})`

/** Browse and Title with an empty cache, through the edge, with the CPU slowed down four times; medians. */
export async function benchWebsite({ isQuick }: { readonly isQuick: boolean }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-bench-website-'))
  const url = `sqlite:${folder}/platform.sqlite`
  try {
    const db = createDatabase(url)
    await generateCatalogue(db, 8_000)
    await db.destroy()
    await using _platform = await startWholePlatform(url)
    const browser = await startBrowser()
    try {
      return await tableOf(browser, isQuick ? 2 : 9)
    } finally {
      await browser.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function tableOf(browser: Browser, times: number): Promise<string> {
  const rows = [
    '| page | first contentful paint, ms | largest, ms | layout shift | JavaScript, kB | GraphQL requests |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
  ]
  for (const path of ['/', '/in?view=list', '/search?q=silver']) {
    // The first visit warms caches of the services, as somebody's has in any day.
    await visit(browser, path)
    const visits: Visit[] = []
    for (let time = 0; time < times; time++) visits.push(await visit(browser, path))
    const median = (pick: (visit: Visit) => number): number =>
      visits.map(pick).toSorted((a, b) => a - b)[Math.floor(visits.length / 2)] ?? Number.NaN
    const cells = [
      path,
      median(({ firstPaint }) => firstPaint).toFixed(0),
      median(({ largestPaint }) => largestPaint).toFixed(0),
      median(({ shift }) => shift).toFixed(3),
      (median(({ scriptBytes }) => scriptBytes) / 1000).toFixed(1),
      Math.max(...visits.map(({ graphqlRequests }) => graphqlRequests)),
    ]
    rows.push(`| ${cells.join(' | ')} |`)
  }
  return rows.join('\n')
}

async function visit(browser: Browser, path: string): Promise<Visit> {
  const before = await graphqlCalls()
  await using context = await browser.newContext()
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowDown })
  await page.addInitScript(observers)
  await page.goto(`https://localhost:8443${path}`)
  await page.waitForSelector('html[data-hydrated]')
  const measured = await page.evaluate<Omit<Visit, 'graphqlRequests'>>(readings)
  return { ...measured, graphqlRequests: (await graphqlCalls()) - before }
}

/** Operations that the edge has passed on so far. */
async function graphqlCalls(): Promise<number> {
  const text = await readFile(accessLog, 'utf8')
  return text.split('"name":"graphql","protocols"').length - 1
}
