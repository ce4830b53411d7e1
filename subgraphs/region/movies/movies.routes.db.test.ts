import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../../tests/support/databases.ts'
import { numberedTitles, writeSmallCatalogue } from '../../../tests/support/small-catalogue.ts'
import { askApp, statementsOf } from '../../../tests/support/subgraph-app.ts'
import { buildRegionApp } from '../app.ts'
import { readRegionConfig } from '../config.ts'

type Answer = Awaited<ReturnType<FastifyInstance['inject']>>

interface Movie {
  id: string
  imdbId: string | null
  label: string
  title: string
}

describe.each(dialects())('the REST list of a region on %s', (dialect) => {
  let database: TestDatabase
  let usa: FastifyInstance

  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await writeSmallCatalogue(database.db)
    usa = await buildRegionApp(readRegionConfig({ REGION: 'US', DATABASE_URL: database.url, LOG_LEVEL: 'silent' }))
    await usa.ready()
  })
  afterAll(async () => {
    await usa.close()
    await database[Symbol.asyncDispose]()
  })

  const get = (url: string, headers: Record<string, string> = {}): Promise<Answer> =>
    usa.inject({ method: 'GET', url, headers })

  /** The query string of a link of the answer, or undefined. */
  function linkOf(answer: { headers: Record<string, unknown> }, rel: string): string | undefined {
    return new RegExp(`<([^>]*)>; rel="${rel}"`).exec(String(answer.headers.link))?.[1]
  }

  test('a list that is asked again within a few seconds is not read again, and its answer is the same', async () => {
    const first = await get('/movies?first=7')
    let second = first
    expect(await statementsOf(usa, async () => (second = await get('/movies?first=7')))).toEqual([])
    expect(second.body).toBe(first.body)
    expect(second.headers).toMatchObject({ link: first.headers.link, etag: first.headers.etag })
  })

  test('GET /movies?first=&after= answers the first page, with label, countries and genres of each title', async () => {
    const answer = await get('/movies?first=&after=')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    const { data, pageInfo } = answer.json<{ data: Movie[]; pageInfo: object }>()
    expect(data).toHaveLength(20)
    expect(data[0]).toEqual({
      id: expect.any(String),
      imdbId: 'tt9000002',
      label: 'UK, India, USA-Gandhi',
      title: 'Gandhi',
      originalTitle: null,
      year: 1982,
      publishedOn: null,
      runtimeMinutes: null,
      productionCompany: null,
      averageRating: 8,
      votes: 200_000,
      popularity: expect.any(Number),
      countries: [
        { code: 'GB', name: 'UK' },
        { code: 'IN', name: 'India' },
        { code: 'US', name: 'USA' },
      ],
      genres: [{ code: 'drama', name: 'Drama' }],
    })
    expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false, endCursor: expect.any(String) })
  })

  test('the links lead through the whole list and back', async () => {
    const titles: string[] = []
    let links: Array<string | undefined> = ['?first=9&orderBy=VOTES']
    let last: string | undefined
    while (links[0]) {
      last = links[0]
      const answer = await get(`/movies${last}`)
      titles.push(...answer.json<{ data: Movie[] }>().data.map(({ title }) => title))
      expect(linkOf(answer, 'first')).toBe('?orderBy=VOTES&first=9')
      links = [linkOf(answer, 'next')]
    }
    expect(new Set(titles).size).toBe(numberedTitles + 2)
    expect(titles[0]).toBe('Gandhi')

    const back: string[] = []
    for (let link: string | undefined = last; link;) {
      const answer = await get(`/movies${link}`)
      back.unshift(...answer.json<{ data: Movie[] }>().data.map(({ title }) => title))
      link = linkOf(answer, 'prev')
    }
    expect(back).toEqual(titles)
  })

  test('it is the list that GraphQL answers, filter and order included', async () => {
    const rest = await get('/movies?first=100&orderBy=YEAR&genres=comedy&yearMin=1960&yearMax=1990&votesMin=13')
    const query = `{ region { movies(first: 100, orderBy: YEAR, filter: { genres: { any: ["comedy"] },
      year: { min: 1960, max: 1990 }, votes: { min: 13 } }) { nodes { id label } } } }`
    const { data } = await askApp<{ region: { movies: { nodes: object[] } } }>(usa, query)
    const listed = rest.json<{ data: Movie[] }>().data.map(({ id, label }) => ({ id, label }))
    expect(listed.length).toBeGreaterThan(10)
    expect(listed).toEqual(data.region.movies.nodes)
  })

  test('lists in a filter are separated by commas, and take a region by either name', async () => {
    const titlesOf = async (query: string): Promise<string[]> => {
      return (await get(`/movies?${query}`)).json<{ data: Movie[] }>().data.map(({ title }) => title)
    }
    expect(await titlesOf('originIn=ro,in')).toEqual(['Gandhi', 'Teenage Space Vampires'])
    expect(await titlesOf('availableIn=UK')).toEqual(['Gandhi'])
    expect(await titlesOf('text=teenage%20space%20vampyres')).toEqual(['Teenage Space Vampires'])
  })

  test('a page costs one statement, its countries and genres one each', async () => {
    expect(await statementsOf(usa, () => get('/movies?first=50'))).toHaveLength(3)
  })

  test('GET /movies/:id answers by global id and by the id at IMDb', async () => {
    const byImdbId = await get('/movies/tt9000001')
    expect(byImdbId.statusCode).toBe(200)
    const { data } = byImdbId.json<{ data: Movie }>()
    expect(data.label).toBe('Romania, Canada, USA-Teenage Space Vampires')
    expect((await get(`/movies/${data.id}`)).body).toBe(byImdbId.body)
  })

  test('a title that is not available here is not found', async () => {
    for (const id of ['tt9000007', 'tt0000000', Buffer.from('Movie:999999').toString('base64url')]) {
      const answer = await get(`/movies/${id}`)
      expect(answer.statusCode).toBe(404)
      expect(answer.json()).toMatchObject({ error: { code: 'NOT_FOUND' } })
      expect(answer.headers['cache-control']).toBe('no-store')
    }
  })

  test('an answer may be cached, and a client that has it gets 304 without a body', async () => {
    const answer = await get('/movies?first=5')
    const { etag } = answer.headers
    expect(answer.headers).toMatchObject({
      'cache-control': 'public, max-age=60, stale-while-revalidate=300',
      vary: 'Accept-Encoding',
    })
    expect(etag).toMatch(/^W\/"[\w-]{20,}"$/)
    for (const tag of [String(etag), String(etag).slice('W/'.length), `"other", ${String(etag)}`, '*']) {
      const again = await get('/movies?first=5', { 'if-none-match': tag })
      expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag])
    }
    const other = await get('/movies?first=6', { 'if-none-match': String(etag) })
    expect(other.statusCode).toBe(200)
    expect(other.headers.etag).not.toBe(etag)
  })

  test('HEAD tells the same headers without the body', async () => {
    const [head, full] = [await usa.inject({ method: 'HEAD', url: '/movies' }), await get('/movies')]
    expect([head.statusCode, head.body]).toEqual([200, ''])
    expect(head.headers.etag).toBe(full.headers.etag)
    expect(head.headers['content-length']).toBe(full.headers['content-length'])
  })

  const refusals: Array<[string, string, string]> = [
    ['first=-1', 'BAD_USER_INPUT', 'first'],
    ['first=100000', 'BAD_USER_INPUT', 'first'],
    ['first=ten', 'BAD_USER_INPUT', 'first'],
    ['first=1.5', 'BAD_USER_INPUT', 'first'],
    ['first=1&first=2', 'BAD_USER_INPUT', 'first'],
    ['first=1&last=1', 'BAD_USER_INPUT', 'last'],
    ['after=forged', 'INVALID_CURSOR', 'after'],
    ['after=%00', 'INVALID_CURSOR', 'after'],
    [`before=${'x'.repeat(5000)}`, 'INVALID_CURSOR', 'before'],
    ['orderBy=LENGTH', 'BAD_USER_INPUT', 'orderBy'],
    ['orderBy=toString', 'BAD_USER_INPUT', 'orderBy'],
    ['availableIn=FR', 'UNKNOWN_REGION', 'availableIn'],
    ['originIn=France', 'BAD_USER_INPUT', 'originIn'],
    ['genres=,', 'BAD_USER_INPUT', 'genres'],
    ['yearMin=2000&yearMax=1990', 'BAD_USER_INPUT', 'year'],
    ['text=%00', 'BAD_USER_INPUT', 'text'],
    ['region=US', 'BAD_USER_INPUT', 'region'],
    ['__proto__=1', 'BAD_USER_INPUT', '__proto__'],
  ]

  test.each(refusals.map((refusal) => [refusal[0].slice(0, 40), ...refusal] as const))(
    'GET /movies?%s is refused with its code and parameter',
    async (_name, query, code, field) => {
      const answer = await get(`/movies?${query}`)
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, 'application/json; charset=utf-8'])
      expect(answer.json()).toEqual({ error: { code, field, message: expect.any(String) } })
    },
  )

  test.each(['nothing', '%00', 'tt1', 'x'.repeat(90)])('GET /movies/%s is refused: no such id can be', async (id) => {
    const answer = await get(`/movies/${id}`)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ error: { code: 'BAD_USER_INPUT', field: 'id' } })
  })

  test('an id of 10 kB is refused without a look at it', async () => {
    const answer = await get(`/movies/${'x'.repeat(10_000)}`)
    expect([400, 404, 414]).toContain(answer.statusCode)
    expect(answer.json()).toMatchObject({ error: { code: expect.any(String) } })
  })
})
