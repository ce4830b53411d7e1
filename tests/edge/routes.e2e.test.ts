import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { regions } from '@movieverse/regions/regions.ts'
import { ask, bearer, onlySeen, type Asked, type Header } from './support/asking.ts'
import { startTestEdge, type TestEdge } from './support/test-edge.ts'
import { accessTokenOf, askToken, secretOf, serviceForm } from './support/tokens.ts'

let edge: TestEdge
let token = ''
beforeAll(async () => {
  edge = await startTestEdge()
  const form = serviceForm({ client_id: 'website', client_secret: secretOf('website') })
  token = accessTokenOf(await askToken(edge, form))
})
afterAll(() => edge[Symbol.asyncDispose]())

const get = (path: string, headers: readonly Header[] = [], method = 'GET'): Promise<Asked> =>
  ask(edge, { path, method, headers: [bearer(token), ...headers] })

const noRoute = 'no Route matched with those values'

async function expectNoRoute(path: string, headers: readonly Header[] = [], method = 'GET'): Promise<void> {
  const { got, seen } = await get(path, headers, method)
  expect([got.status, got.json().message], path).toEqual([404, noRoute])
  expect(seen, path).toEqual([])
}

describe('/graphql', () => {
  test.each(['GET', 'POST'])('reaches the supergraph by %s as it is', async (method) => {
    const request = onlySeen(await get('/graphql', [], method))
    expect([request.service, request.method, request.url]).toEqual(['supergraph', method, '/graphql'])
  })

  test('keeps its query byte for byte', async () => {
    const query = '?documentId=sha256%3Aabc&variables=%7B%22a%22%3A%201%7D&b=2&a=1'
    expect(onlySeen(await get(`/graphql${query}`)).url).toBe(`/graphql${query}`)
  })

  test('is the same place in other spellings of the same path', async () => {
    for (const path of ['//graphql', '/a/../graphql', '/./graphql', '/%67raphql']) {
      expect(onlySeen(await get(path)).service, path).toBe('supergraph')
    }
  })

  test('is no prefix, and its case counts', async () => {
    for (const path of ['/graphql/', '/graphqlx', '/graphql/x', '/GraphQL', '/graphql%2F']) await expectNoRoute(path)
  })

  test('stays the supergraph’s whatever X-Region says, which is passed on', async () => {
    const request = onlySeen(await get('/graphql', [['X-Region', 'GB']]))
    expect([request.service, request.headers.get('x-region')]).toEqual(['supergraph', ['GB']])
  })
})

describe.each(regions)('region $slug', ({ code, slug, aliases = [] }) => {
  const prefix = `/${code.toLowerCase()}`

  test('publishes its GraphQL and its list', async () => {
    const places = [
      [`${prefix}/graphql`, '/graphql'],
      [`${prefix}/graphql?a=b`, '/graphql?a=b'],
      [`${prefix}/movies`, '/movies'],
      [`${prefix}/movies?first=2&genres=drama,comedy`, '/movies?first=2&genres=drama,comedy'],
      [`${prefix}/movies/TW92aWU6MQ`, '/movies/TW92aWU6MQ'],
    ] as const
    for (const [path, url] of places) {
      const request = onlySeen(await get(path))
      expect([request.service, request.url], path).toEqual([slug, url])
    }
  })

  test('has a page of the website under its own path', async () => {
    const request = onlySeen(await get(`${prefix}?view=list`))
    expect([request.service, request.url]).toEqual(['web', `${prefix}?view=list`])
  })

  test('publishes nothing else of its port', async () => {
    const paths = ['/', '/metrics', '/readyz', '/livez', '/graphqlx', '/graphql/x', '/moviesx', 'dex/movies']
    for (const path of paths) await expectNoRoute(`${prefix}${path}`)
  })

  test('lets nobody climb out of its list', async () => {
    for (const path of ['/movies/../metrics', '/movies/%2e%2e/metrics', '/movies/./../metrics']) {
      await expectNoRoute(`${prefix}${path}`)
    }
  })

  test('is chosen by X-Region under /region, in any case and by any of its names', async () => {
    const names = [code, slug, ...aliases]
    for (const name of names.flatMap((each) => [each.toLowerCase(), each.toUpperCase()])) {
      const byName: Header[] = [['X-Region', name]]
      const asked = onlySeen(await get('/region/graphql', byName))
      expect([asked.service, asked.url], name).toEqual([slug, '/graphql'])
      expect(onlySeen(await get('/region/movies/tt0192669', byName)).url).toBe('/movies/tt0192669')
    }
  })
})

test('/region without a region, or with one that is not there, is nowhere', async () => {
  await expectNoRoute('/region/graphql')
  await expectNoRoute('/region/movies', [['X-Region', 'XX']])
  await expectNoRoute('/region/metrics', [['X-Region', 'IN']])
})

describe('pages without a credential', () => {
  const visit = (path: string): Promise<Asked> => ask(edge, { path })

  test('GraphiQL is the supergraph’s', async () => {
    for (const path of ['/graphiql', '/graphiql/', '/graphiql/assets/page.js', '/graphiql/examples.json']) {
      const request = onlySeen(await visit(path))
      expect([request.service, request.url]).toEqual(['supergraph', path])
    }
  })

  test('the pages of the website are the web server’s, and its probes and metrics are nobody’s', async () => {
    for (const path of [
      '/',
      '/title/x',
      '/search?q=a',
      '/for-you',
      '/watchlist',
      '/profile',
      '/status',
      '/site/live',
    ]) {
      const request = onlySeen(await get(path))
      expect([request.service, request.url]).toEqual(['web', path])
    }
  })

  test('signing in is the web server’s, under the host that the browser asked for', async () => {
    const paths = [
      '/authorize?client_id=demo-spa',
      '/sign-in',
      '/sign-up',
      '/sign-out',
      '/account',
      '/account/password',
    ]
    for (const path of paths) {
      edge.echo.forget()
      await edge.send({ path, headers: [['Host', 'films.example.com:8000']] })
      const [request] = edge.echo.seen
      expect([request?.service, request?.url, request?.headers.get('host')]).toEqual([
        'web',
        path,
        ['films.example.com:8000'],
      ])
    }
  })

  test('operators ask whether the supergraph is ready, and nothing else', async () => {
    const request = onlySeen(await visit('/operators/readyz'))
    expect([request.service, request.url]).toEqual(['supergraph', '/readyz'])
    for (const path of ['/operators/metrics', '/operators/', '/operators/readyz/x']) await expectNoRoute(path)
  })
})

test('health and metrics of services, and what is not there, are nowhere', async () => {
  for (const path of [
    '/metrics',
    '/readyz',
    '/livez',
    '/sign-inx',
    '/sitemap',
    '/in/title',
    '/_entities',
    '/graphiqlx',
    '/oauth2',
  ]) {
    await expectNoRoute(path)
  }
})

test('a socket opens at /subscriptions, which takes no POST', async () => {
  const request = onlySeen(await get('/subscriptions'))
  expect([request.service, request.url]).toEqual(['supergraph', '/graphql'])
  await expectNoRoute('/subscriptions', [], 'POST')
  await expectNoRoute('/subscriptions/x')
})
