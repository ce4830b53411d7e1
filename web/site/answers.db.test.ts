import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestBrowser } from '../testing/browser.ts'
import { createSignInFixture, type SignInFixture } from '../testing/sign-in-fixture.ts'
import { visitorLimit } from './http/visitor-limit.ts'

// What is the same on every dialect runs on one.
let web: SignInFixture
/** The website while nothing answers at the address of the edge. */
let alone: FastifyInstance
beforeAll(async () => {
  web = await createSignInFixture('sqlite')
  alone = await web.build({
    EDGE_TLS_URL: 'https://127.0.0.1:1',
    GRAFANA_URL: 'https://grafana.example.org/',
    PROMETHEUS_URL: 'https://prometheus.example.org/',
    KONG_MANAGER_URL: 'https://kong.example.org/',
    STATUS_TARGETS: JSON.stringify({ edge: 'http://127.0.0.1:1/', 'of my own': 'http://127.0.0.1:1/' }),
  })
})
afterAll(async () => {
  await alone?.close()
  await web?.[Symbol.asyncDispose]()
})

const pages = '/ /in /title/TW92aWU6MQ /search?q=night /for-you /watchlist /profile /status'.split(' ')
const others = (
  '/title/a/b /site/state?path=/ /site/region?code=IN /site/theme?value=dark /site/sign-in /site/export ' +
  '/site/live?region=FR /site/assets/none.js /callback /nothing /sign-in /account'
).split(' ')

test.each([...pages, ...others])(
  '%s answers with a policy that lets in no inline script or style and no other site',
  async (url) => {
    const { status, headers } = await createTestBrowser(alone).get(url)
    expect(status).toBeLessThan(504)
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(headers['x-content-type-options']).toBe('nosniff')
  },
)

test('what is posted without a form is refused with the same policy', async () => {
  for (const url of ['/site/do/rate', '/site/do/nothing', '/site/sign-out', '/site/erase']) {
    const { headers } = await createTestBrowser(alone).post(url, { token: 'none' })
    expect(String(headers['content-security-policy']), url).toContain("default-src 'none'")
  }
})

describe('while the edge does not answer', () => {
  test.each(['/', '/in', '/title/TW92aWU6MQ', '/search?q=night', '/for-you'])(
    '%s says so in its place, with a way to try again',
    async (url) => {
      const browser = createTestBrowser(alone)
      browser.cookies.set('movieverse-region', 'IN')
      const { status, text } = await browser.get(url)
      expect(status).toBe(200)
      expect(text).toContain('This part does not answer at the moment.')
      expect(text).toContain(`href="${url}">Try again`)
    },
  )

  test('the status page says which service does not, and links to the tools that are configured', async () => {
    const { text } = await createTestBrowser(alone).get('/status')
    expect(text).toContain('Some services do not work at the moment.')
    expect(text).toMatch(/Edge<\/th>.*No answer.*of my own<\/th>.*No answer/)
    for (const name of ['Grafana', 'Prometheus', 'Kong'])
      expect(text).toContain(`.example.org/" data-leave="true">${name}<`)
    expect(text).not.toContain('GraphiQL')
  })
})

test('a visitor who asks too often is told when to come again, and nobody else has to wait', async () => {
  const [busy, other] = [createTestBrowser(alone, { address: '203.0.113.7' }), createTestBrowser(alone)]
  const statuses: number[] = []
  for (let count = 0; count <= visitorLimit.burst; count++)
    statuses.push((await busy.get('/site/theme?value=dark')).status)
  expect(statuses.at(-1)).toBe(429)
  expect(statuses.indexOf(429)).toBeGreaterThanOrEqual(visitorLimit.burst)
  const { headers, status, text } = await busy.get('/', { 'accept-language': 'hi' })
  expect(status).toBe(429)
  expect(text).toContain('आपने थोड़े समय में बहुत बार पूछा।')
  expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  expect(String(headers['content-security-policy'])).toContain("default-src 'none'")
  expect((await other.get('/site/theme?value=dark')).status).toBe(303)
})
