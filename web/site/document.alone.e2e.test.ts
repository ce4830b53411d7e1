import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { shiftsOf } from '../../tests/support/layout-shift.ts'
import { startSlowNetwork, type SlowNetwork } from '../../tests/support/slow-network.ts'
import { launchBrowser } from '../../tests/support/browser.ts'
import { createSignInFixture } from '../testing/sign-in-fixture.ts'

let origin: string
let network: SlowNetwork
let browser: Browser
let stack: AsyncDisposableStack
beforeAll(async () => {
  await using starting = new AsyncDisposableStack()
  const fixture = starting.use(await createSignInFixture('sqlite'))
  const app = starting.adopt(await fixture.build({ STATUS_TARGETS: '{}' }), (each) => each.close())
  origin = await app.listen({ host: '127.0.0.1', port: 0 })
  network = starting.use(await startSlowNetwork({ origin }))
  browser = starting.use(await launchBrowser())
  stack = starting.move()
})
afterAll(() => stack?.[Symbol.asyncDispose]())

let page: Page
let problems: string[]
beforeEach(async () => {
  page = await browser.newPage()
  problems = []
  page.on('pageerror', (error) => problems.push(String(error)))
})
afterEach(() => page.close())

test('a script that is there before the end of the page waits for it: no page stays white or without life', async () => {
  await using painting = await startSlowNetwork({ origin, paintsAtOnce: true })
  await page.goto(`${painting.url}/status`)
  await page.locator('html[data-hydrated]').waitFor({ timeout: 10_000 })
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Status')
  expect(problems).toEqual([])
})

test('a page that comes part by part is painted once it is whole: nothing on it moves', async () => {
  expect(await shiftsOf(page, `${network.url}/status`)).toEqual([])
})

test('a browser that knows other dates and names than the server leaves what the server wrote', async () => {
  await page.addInitScript(
    "Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', { get: () => () => 'some day' })",
  )
  await page.goto(`${network.url}/status`)
  await page.locator('html[data-hydrated]').waitFor()
  expect(await page.locator('main .hint').textContent()).toMatch(/\d{4}.* UTC$/)
  expect(problems).toEqual([])
})
