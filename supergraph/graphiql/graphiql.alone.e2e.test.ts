import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPlatformSubgraphs } from '../fixtures/platform-subgraphs.ts'
import { startSupergraph, type RunningSupergraph } from '../fixtures/running-supergraph.ts'
import { exampleQueries } from './examples.ts'
import { launchBrowser } from '../../tests/support/browser.ts'

let supergraph: RunningSupergraph
let url: string
beforeAll(async () => {
  supergraph = await startSupergraph(createPlatformSubgraphs())
  url = await supergraph.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => supergraph[Symbol.asyncDispose]())

test('GraphiQL loads with nothing but our own origin, opens with the examples, and shows the data of one', async () => {
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage()
    const outside: string[] = []
    const problems: string[] = []
    await page.route('**/*', (route) => {
      if (new URL(route.request().url()).hostname === '127.0.0.1') return route.continue()
      outside.push(route.request().url())
      return route.abort()
    })
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    page.on('pageerror', (error) => problems.push(String(error)))
    await page.goto(`${url}/graphiql`)
    for (const { name } of exampleQueries) await page.getByRole('tab', { name }).waitFor()
    await page.getByRole('tab', { name: 'ThreeRegions' }).click()
    await page.getByRole('button', { name: /Execute query/ }).click()
    await page.locator('.graphiql-response').getByText('India-Ankur').first().waitFor()
    expect(outside).toEqual([])
    expect(problems).toEqual([])
  } finally {
    await browser.close()
  }
})
