import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { regions } from '@movieverse/regions/regions.ts'
import { createPlatformSubgraphs } from './fixtures/platform-subgraphs.ts'
import { startSupergraph, type RunningSupergraph } from './fixtures/running-supergraph.ts'
import { signedIn } from './scopes/fixtures.ts'
import { exampleQueries } from './graphiql/examples.ts'

let supergraph: RunningSupergraph
beforeAll(async () => {
  supergraph = await startSupergraph(createPlatformSubgraphs(), { SUBGRAPH_TIMEOUT_MS: '1500' })
})
afterAll(async () => supergraph[Symbol.asyncDispose]())

async function withFault(
  name: string,
  fault: NonNullable<RunningSupergraph['subgraphs'] extends ReadonlyMap<string, infer S> ? S : never>['fault'],
  act: () => Promise<void>,
): Promise<void> {
  const subgraph = supergraph.subgraphs.get(name)
  if (!subgraph) throw new Error(`no subgraph ${name}`)
  subgraph.fault = fault
  await act()
  subgraph.fault = undefined
}

describe('requests', () => {
  test.each(exampleQueries)('the example query $name is answered', async ({ query, variables }) => {
    const { data, errors } = await supergraph.ask(query, { variables: { ...variables } })
    expect(errors).toBeUndefined()
    expect(JSON.stringify(data)).toContain('"')
  })

  test('three regions side by side are one request each', async () => {
    const { calls } = await supergraph.ask(
      '{ a: region(code: IN) { region { code } } b: region(code: US) { region { code } } c: region(code: GB) { region { code } } }',
    )
    expect(calls).toEqual({ india: 1, usa: 1, uk: 1 })
  })

  test('a region list with facts alone is one request, with people two', async () => {
    const facts = await supergraph.ask(
      '{ region(code: IN) { movies(first: 20) { nodes { id label genres { name } availability { region } } } } }',
    )
    expect(facts.calls).toEqual({ india: 1 })
    const people = await supergraph.ask(
      '{ region(code: IN) { movies(first: 20) { nodes { label directors { name } cast(first: 2) { name } } } } }',
    )
    expect(people.calls).toEqual({ india: 1, catalog: 1 })
    expect(people.data).toMatchObject({
      region: { movies: { nodes: [{ directors: [{ name: 'Shyam Benegal' }] }, {}, {}, {}, {}] } },
    })
  })

  test('people of three regions are one request for all of them', async () => {
    const fields = '{ movies(first: 5) { nodes { title directors { name } } } }'
    const { calls } = await supergraph.ask(
      `{ a: region(code: IN) ${fields} b: region(code: US) ${fields} c: region(code: GB) ${fields} }`,
    )
    expect(calls).toEqual({ india: 1, usa: 1, uk: 1, catalog: 1 })
  })

  test('a document that is asked again, compiled by then, gives the same answer', async () => {
    const query =
      'query Again($n: Int = 3) { region(code: US) { x: movies(first: $n) { nodes { id: title title: id year: releaseYear directors { who: name } } } } }'
    const first = await supergraph.ask(query)
    expect(first.errors).toBeUndefined()
    for (let count = 0; count < 6; count += 1) expect(await supergraph.ask(query)).toEqual(first)
  })

  test.each(['Élan', '七人の侍'])('a text in any script comes through as it is: %s', async (title) => {
    const data = { region: { movies: { nodes: [{ title }] } } }
    await withFault(
      'india',
      (_request, response) => response.end(JSON.stringify({ data })),
      async () => {
        const answer = await supergraph.ask('{ region(code: IN) { movies(first: 1) { nodes { title } } } }')
        expect(answer).toMatchObject({ data, calls: { india: 1 } })
      },
    )
  })
})

const codeOf = async (argument: string, options?: Parameters<RunningSupergraph['ask']>[1]): Promise<unknown> =>
  (
    await supergraph.ask(
      `query($code: RegionCode) { region${argument} { region { code } } ${argument.includes('$') ? '' : 'x: region(code: $code) { region { code } }'} }`,
      { variables: { code: 'IN' }, ...options },
    )
  ).data

test('a field that is selected with and without a condition is right however often it is asked for', async () => {
  const query =
    'query($yes: Boolean!) { regions { code } ... on Query @skip(if: $yes) { regions @include(if: $yes) { ... { name } } } }'
  for (let count = 0; count < 6; count += 1) {
    const { data } = await supergraph.ask(query, { variables: { yes: true } })
    expect(data).toEqual({ regions: regions.map(({ code }) => ({ code })) })
  }
})

describe('which region', () => {
  test.each([['(code: IN)'], ['(code: "IN")'], ['(code: $code)']])(
    'region%s is of India, whatever the header says',
    async (argument) => {
      expect(await codeOf(argument, { headers: { 'x-region': 'US' } })).toMatchObject({
        region: { region: { code: 'IN' } },
      })
    },
  )

  test('UK is GB', async () => {
    const { data, calls } = await supergraph.ask('{ region(code: UK) { region { code } } }')
    expect(data).toEqual({ region: { region: { code: 'GB' } } })
    expect(calls).toEqual({ uk: 1 })
  })

  test('the X-Region header decides where no argument does, and an explicit code is sent on', async () => {
    const { data, calls } = await supergraph.ask('{ region { region { code } } }', { headers: { 'x-region': 'us' } })
    expect(data).toEqual({ region: { region: { code: 'US' } } })
    expect(calls).toEqual({ usa: 1 })
    expect(JSON.parse(supergraph.subgraphs.get('usa')?.calls.at(-1)?.body ?? '{}')).toMatchObject({
      query: expect.stringContaining('region(code: "US")'),
    })
  })

  describe('by the profile of the one who asks', () => {
    const mine = '{ region { region { code } } }'
    const asViewer = { headers: signedIn('viewer:read') }

    test('where neither argument nor header names one: one request of the viewers’ service more', async () => {
      for (let count = 0; count < 5; count += 1) {
        const { data, errors, calls } = await supergraph.ask(mine, asViewer)
        expect(errors).toBeUndefined()
        expect(data).toEqual({ region: { region: { code: 'GB' } } })
        expect(calls).toEqual({ viewers: 1, uk: 1 })
      }
      expect(JSON.parse(supergraph.subgraphs.get('uk')?.calls.at(-1)?.body ?? '{}')).toMatchObject({
        query: expect.stringContaining('region(code: "GB")'),
      })
    })

    test('and not where the argument or the header names one, or no field of a region is asked for', async () => {
      const header = { headers: { ...asViewer.headers, 'x-region': 'IN' } }
      expect((await supergraph.ask(mine, header)).calls).toEqual({ india: 1 })
      expect((await supergraph.ask('{ region(code: US) { region { code } } }', asViewer)).calls).toEqual({ usa: 1 })
      expect((await supergraph.ask('{ regions { code } }', asViewer)).calls).toEqual({ catalog: 1 })
      const query = 'query($no: Boolean = false) { regions { code } region @include(if: $no) { region { code } } }'
      expect((await supergraph.ask(query, asViewer)).calls).toEqual({ catalog: 1 })
    })

    test('once for all fields that lack a region, beside those that name one', async () => {
      const query =
        'query($code: RegionCode) { a: region { ...R } b: region(code: $code) { ...R } c: region(code: IN) { ...R } } fragment R on RegionCatalogue { region { code } }'
      const { data, calls } = await supergraph.ask(query, asViewer)
      const of = (code: string): object => ({ region: { code } })
      expect(data).toEqual({ a: of('GB'), b: of('GB'), c: of('IN') })
      expect(calls).toEqual({ viewers: 1, uk: 1, india: 1 })
    })

    test.each([
      ['nobody', {}],
      ['an application', { 'x-edge-secret': 'development-edge-secret', 'x-consumer-username': 'app' }],
      ['a viewer without the scope', signedIn('viewer:write')],
      ['somebody for whom the edge does not vouch', { ...signedIn('viewer:read'), 'x-edge-secret': 'guess' }],
    ])('is not asked for %s, who is refused', async (_who, headers) => {
      const { data, errors, calls } = await supergraph.ask(mine, { headers })
      expect([data, errors?.[0]?.extensions.code, calls]).toEqual([{ region: null }, 'REGION_REQUIRED', {}])
    })

    const answering = (profile: object | null) => (_request: unknown, response: { end: (text: string) => void }) =>
      response.end(JSON.stringify({ data: { viewer: { profile } } }))

    test('a profile without a region is refused like no profile', async () => {
      await withFault('viewers', answering({ region: null }), async () => {
        const { data, errors } = await supergraph.ask(mine, asViewer)
        expect([data, errors?.length]).toEqual([{ region: null }, 1])
        expect(errors).toMatchObject([{ path: ['region'], extensions: { code: 'REGION_REQUIRED' } }])
        expect(errors?.[0]?.message).not.toContain('cannot be read')
      })
    })

    test('a region that is no more is refused by name', async () => {
      await withFault('viewers', answering({ region: 'ZZ' }), async () => {
        const { errors } = await supergraph.ask(mine, asViewer)
        expect(errors).toMatchObject([{ path: ['region'], extensions: { code: 'UNKNOWN_REGION' } }])
      })
    })

    test('a viewers’ service that is down is one error that says so, and leaves the rest', async () => {
      await withFault(
        'viewers',
        (request) => request.socket.destroy(),
        async () => {
          const query = '{ region { region { code } } other: region(code: US) { region { code } } }'
          const { data, errors } = await supergraph.ask(query, asViewer)
          expect(data).toEqual({ region: null, other: { region: { code: 'US' } } })
          expect(errors).toMatchObject([{ path: ['region'], extensions: { code: 'REGION_REQUIRED' } }])
          expect(errors?.[0]?.message).toMatch(/profile cannot be read now.*X-Region/)
        },
      )
    })

    test('with fields that the token does not allow, which stay refused', async () => {
      const { data, errors } = await supergraph.ask(
        'mutation { removeRating(input: { movieId: "M1" }) { movie { id } } }',
        asViewer,
      )
      expect([data, errors?.[0]?.extensions.code]).toEqual([{ removeRating: null }, 'FORBIDDEN'])
      const both = await supergraph.ask('{ region { region { code } } viewer { profile { region } } }', asViewer)
      expect(both.data).toEqual({ region: { region: { code: 'GB' } }, viewer: { profile: { region: 'GB' } } })
    })
  })

  test('what a viewer said stands at titles, in one request for all of them', async () => {
    const query = '{ movies { nodes { title viewer { rating onWatchlist seen progress { percent } } } } }'
    const { data, errors, calls } = await supergraph.ask(query, { headers: signedIn('viewer:read') })
    expect(errors).toBeUndefined()
    expect(calls).toEqual({ catalog: 1, viewers: 1 })
    expect(data).toMatchObject({
      movies: {
        nodes: [{ title: 'Ankur', viewer: { rating: 4.5, onWatchlist: true, progress: null } }, {}, {}, {}, {}],
      },
    })
  })

  test('an export is passed on as it is', async () => {
    const { data } = await supergraph.ask('{ exportMe }', { headers: signedIn('viewer:read') })
    expect(data).toEqual({ exportMe: { ratings: [{ title: 'Ankur', stars: 4.5 }] } })
    const beside = await supergraph.ask('{ exportMe regions { code } }', { headers: signedIn('viewer:read') })
    expect(beside.data).toMatchObject({ exportMe: { ratings: [{ title: 'Ankur', stars: 4.5 }] } })
  })

  test('without any of them the field is refused, and the error names the ways; other fields are answered', async () => {
    const { data, errors } = await supergraph.ask(
      '{ region { region { code } } other: region(code: US) { region { code } } }',
    )
    expect(data).toEqual({ region: null, other: { region: { code: 'US' } } })
    expect(errors).toMatchObject([{ path: ['region'], extensions: { code: 'REGION_REQUIRED' } }])
    expect(errors?.[0]?.message).toMatch(/code.*X-Region.*profile.*IN, US, GB/)
  })

  test('an unknown region is refused without a request', async () => {
    const { errors, calls } = await supergraph.ask('{ region(code: "ZZ") { region { code } } }')
    expect(errors).toMatchObject([{ path: ['region'], extensions: { code: 'UNKNOWN_REGION', field: 'code' } }])
    expect(calls).toEqual({})
  })
})

describe('a subgraph that fails', () => {
  const faults = {
    SUBGRAPH_UNAVAILABLE: (request: IncomingMessage) => request.socket.destroy(),
    SUBGRAPH_TIMEOUT: () => {},
    SUBGRAPH_INVALID_RESPONSE: (_request: unknown, response: { end: (text: string) => void }) => response.end('<html>'),
  }
  test.each(Object.entries(faults))(
    'leaves the rest, with one error of code %s that tells no address',
    async (code, fault) => {
      await withFault('catalog', fault, async () => {
        const { status, data, errors } = await supergraph.ask(
          '{ region(code: IN) { movies(first: 5) { nodes { title directors { name } } } } }',
        )
        expect(status).toBe(200)
        expect(data).toMatchObject({
          region: { movies: { nodes: [{ title: 'Ankur', directors: null }, {}, {}, {}, {}] } },
        })
        expect(errors).toMatchObject([
          { path: ['region', 'movies', 'nodes'], extensions: { code, service: 'catalog' } },
        ])
        expect(JSON.stringify(errors)).not.toMatch(/127\.0|http|ECONN|\.ts/)
      })
    },
  )

  const twoRegions =
    '{ india: region(code: IN) { region { code } movies { totalCount } } usa: region(code: US) { movies { totalCount } } }'

  test('is stood in for by another region’s service, where it is a region’s', async () => {
    await withFault('india', faults.SUBGRAPH_UNAVAILABLE, async () => {
      const { data, errors, calls } = await supergraph.ask(twoRegions)
      expect(errors).toBeUndefined()
      expect(data).toEqual({
        india: { region: { code: 'IN' }, movies: { totalCount: 5 } },
        usa: { movies: { totalCount: 5 } },
      })
      expect(Object.values(calls).reduce((sum, count) => sum + count)).toBe(3)
    })
  })

  test('is one error for each failed call, at its root field, with failover switched off', async () => {
    await using alone = await startSupergraph(createPlatformSubgraphs(), { REGION_FAILOVER: 'off' })
    const india = alone.subgraphs.get('india')
    if (india) india.fault = faults.SUBGRAPH_UNAVAILABLE
    const { data, errors } = await alone.ask(twoRegions)
    expect(data).toEqual({ india: null, usa: { movies: { totalCount: 5 } } })
    expect(errors).toMatchObject([{ path: ['india'], extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'india' } }])
  })

  test('passes a refusal on with its code and the path that the client knows', async () => {
    const refuse = {
      message: 'first must be between 1 and 100',
      path: ['mine', 'movies'],
      extensions: { code: 'BAD_USER_INPUT', field: 'first' },
    }
    const answer = (_request: unknown, response: { end: (text: string) => void }): void =>
      response.end(JSON.stringify({ data: null, errors: [refuse] }))
    await withFault('india', answer, async () => {
      const { errors } = await supergraph.ask('{ mine: region { movies(first: -1) { totalCount } } }', {
        headers: { 'x-region': 'IN' },
      })
      expect(errors).toMatchObject([
        {
          message: refuse.message,
          path: ['mine', 'movies'],
          extensions: { code: 'BAD_USER_INPUT', field: 'first', service: 'india' },
        },
      ])
    })
  })
})

test('what only follows from a subgraph’s error is not told as an error of its own', async () => {
  const error = { message: 'later', path: ['mine', 'movies'], extensions: { code: 'SERVICE_UNAVAILABLE' } }
  const partial = JSON.stringify({ data: { mine: null }, errors: [error] })
  await withFault(
    'india',
    (_request, response) => response.end(partial),
    async () => {
      const { data, errors } = await supergraph.ask('{ mine: region { movies { totalCount } } }', {
        headers: { 'x-region': 'IN' },
      })
      expect(data).toEqual({ mine: null })
      expect(errors).toMatchObject([
        { path: ['mine', 'movies'], message: 'later', extensions: { code: 'SERVICE_UNAVAILABLE' } },
      ])
    },
  )
})

describe('what a subgraph is told', () => {
  test('the service secret and the request id, and never who signed in at us', async () => {
    await supergraph.ask('{ regions { code } }', {
      headers: {
        authorization: 'Bearer x',
        cookie: 'a=b',
        'x-request-id': 'abc-1',
        'x-consumer-username': 'eve',
        'x-authenticated-userid': '7',
      },
    })
    const headers = supergraph.subgraphs.get('catalog')?.calls.at(-1)?.headers
    expect(headers).toMatchObject({ 'x-service-secret': 'development-service-secret', 'x-request-id': 'abc-1' })
    for (const name of ['authorization', 'cookie', 'x-consumer-username', 'x-authenticated-userid'])
      expect(headers).not.toHaveProperty(name)
  })

  test('who is asking, where the edge says so beside its secret', async () => {
    const identity = {
      'x-edge-secret': 'development-edge-secret',
      'x-consumer-username': 'web',
      'x-authenticated-userid': '7',
    }
    await supergraph.ask('{ regions { code } }', { headers: identity })
    expect(supergraph.subgraphs.get('catalog')?.calls.at(-1)?.headers).toMatchObject(identity)
  })
})
