import type { Page } from 'playwright-core'

/** Runs in a page before anything else of it. */
const observer = `
  window.shifted = []
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries())
      shifted.push(value.toFixed(5) + sources.map(({ node }) => ' ' + (node?.outerHTML ?? '').slice(0, 60)).join())
  }).observe({ type: 'layout-shift', buffered: true })
`
/** Two frames after the script has taken the page over, so that what that moves is counted. */
const readings =
  'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(window.shifted))))'

/** What moves on a page while it comes and until its script has taken it over: by how much, and what. */
export async function shiftsOf(page: Page, url: string): Promise<string[]> {
  await page.addInitScript(observer)
  await page.goto(url)
  await page.locator('html[data-hydrated]').waitFor()
  return page.evaluate<string[]>(readings)
}
