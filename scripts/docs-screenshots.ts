// pnpm docs:screenshots: the README's two pictures, of the whole platform on a fresh database with the seeded titles.
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from '@movieverse/service/command.ts'
import type { Browser, Page } from 'playwright-core'
import { startBrowser, startWholePlatform } from '../tests/support/whole-platform.ts'

const site = 'https://localhost:8443'
const docs = fileURLToPath(new URL('../docs/', import.meta.url))
const viewport = { width: 1280, height: 800 }
const mostBytes = 250_000
/** Its page shows what cannot be watched here, where it can, people and similar titles. */
const shownTitle = 'Slumdog Millionaire'

await runCommand('docs:screenshots', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-docs-'))
  const cleanUp = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
  await using _folder = cleanUp
  await using _platform = await startWholePlatform(`sqlite:${folder}/docs.sqlite`)
  await using browser = await startBrowser()
  await take(browser, 'light', 'browse', (page) => page.goto(`${site}/in`))
  await take(browser, 'dark', 'title', async (page) => {
    await page.goto(`${site}/search?q=${encodeURIComponent(shownTitle)}`)
    await page.locator('.card a', { hasText: shownTitle }).first().click()
    await page.getByRole('heading', { level: 1, name: shownTitle }).waitFor()
  })
})

/** Shows a page as a visitor from India has it, and writes its picture. */
async function take(
  browser: Browser,
  colorScheme: 'light' | 'dark',
  name: string,
  show: (page: Page) => Promise<unknown>,
): Promise<void> {
  await using context = await browser.newContext({ colorScheme, viewport, locale: 'en-GB' })
  await context.addCookies([{ name: '__Host-movieverse-region', value: 'IN', url: site, secure: true }])
  const page = await context.newPage()
  await show(page)
  await page.waitForSelector('html[data-hydrated]')
  const path = join(docs, `${name}.png`)
  await page.screenshot({ path })
  const { size } = await stat(path)
  if (size > mostBytes) throw new Error(`${path} is of ${size} bytes, more than ${mostBytes}`)
  console.log(`wrote ${path} (${Math.round(size / 1000)} kB)`)
}
