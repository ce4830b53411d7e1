import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { logLinesOf } from '@movieverse/service/testing/log-lines.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPlatformSubgraphs } from './fixtures/platform-subgraphs.ts'
import { startSupergraph, type RunningSupergraph } from './fixtures/running-supergraph.ts'

let supergraph: RunningSupergraph
beforeAll(async () => {
  supergraph = await startSupergraph(createPlatformSubgraphs())
})
afterAll(async () => supergraph[Symbol.asyncDispose]())

async function metric(name: string, labels: Record<string, string>): Promise<number> {
  const { body } = await supergraph.app.inject('/metrics')
  const isMeant = (line: string): boolean =>
    line.startsWith(`${name}{`) && Object.entries(labels).every(([key, value]) => line.includes(`${key}="${value}"`))
  return body
    .split('\n')
    .filter(isMeant)
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

async function difference(name: string, labels: Record<string, string>, act: () => Promise<unknown>): Promise<number> {
  const before = await metric(name, labels)
  await act()
  return (await metric(name, labels)) - before
}

const list = 'query ThreeRegions { region(code: IN) { movies(first: 5) { nodes { title directors { name } } } } }'

describe('an answer of one subgraph', () => {
  const query =
    'query($n: Int, $with: Boolean!) { films: region(code: US) { here: region { code } movies(first: $n) { nodes { t: title ...F @include(if: $with) } } } } fragment F on Movie { __typename year: releaseYear }'

  test('is asked for under the client’s own names, and comes as the subgraph gave it', async () => {
    const { data, errors, calls } = await supergraph.ask(query, { variables: { n: 1, with: true } })
    expect(errors).toBeUndefined()
    expect(calls).toEqual({ usa: 1 })
    expect(data).toMatchObject({
      films: {
        here: { code: 'US' },
        movies: { nodes: expect.arrayContaining([{ t: 'Ankur', __typename: 'Movie', year: 1970 }]) },
      },
    })
    const { body } = supergraph.subgraphs.get('usa')?.calls.at(-1) ?? {}
    expect(JSON.parse(body ?? '{}')).toEqual({
      query:
        'query($n:Int){films:region(code: "US"){here:region{code} movies(first: $n){nodes{t:title __typename year:releaseYear}}}}',
      variables: { n: 1 },
    })
  })

  test('is the same however often it is asked for, and errors keep code, path and service', async () => {
    const first = await supergraph.ask(query, { variables: { n: 2, with: false } })
    for (let count = 0; count < 5; count += 1)
      expect(await supergraph.ask(query, { variables: { n: 2, with: false } })).toEqual(first)
    const usa = supergraph.subgraphs.get('usa')
    if (!usa) throw new Error('no subgraph usa')
    usa.fault = (_request, response) =>
      response.end(
        JSON.stringify({
          data: { films: null },
          errors: [{ message: 'stack trace', path: ['films', 'movies'] }],
          extensions: { trace: 'internal' },
        }),
      )
    const failed = await supergraph.ask(query, { variables: { n: 2, with: false } })
    usa.fault = undefined
    expect(failed).toMatchObject({
      status: 200,
      data: { films: null },
      errors: [
        {
          message: 'Internal server error',
          path: ['films', 'movies'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', service: 'usa' },
        },
      ],
    })
    expect(JSON.stringify(failed)).not.toMatch(/trace/)
  })

  test.each(['application/json', 'application/graphql-response+json', '*/*'])(
    'has the status and headers of any other for a client that accepts %s',
    async (accept) => {
      const headersOf = async (fields: string): Promise<unknown> => {
        const payload = { query: `{ ${fields} regions { code } }` }
        const { statusCode, headers } = await supergraph.app.inject({
          method: 'POST',
          url: '/graphql',
          headers: { accept, 'x-request-id': 'same' },
          payload,
        })
        return { statusCode, ...headers, 'content-length': '', date: '' }
      }
      // The name of the root's type is nothing that a subgraph is asked for.
      expect(await headersOf('')).toEqual(await headersOf('__typename'))
    },
  )

  test('does not get past the limits, nor past validation', async () => {
    const deep = await supergraph.ask('{ region(code: US) { nobody } }')
    expect(deep).toMatchObject({ calls: {}, errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] })
    const bad = await supergraph.ask(query, { variables: { n: 'many', with: true } })
    expect(bad.calls).toEqual({})
    expect(bad.errors).toHaveLength(1)
  })
})

describe('explain', () => {
  test('is in the answer where the request asks for it, by header or extension, and not otherwise', async () => {
    const extensionsOf = async (headers: Record<string, string>, extensions?: object): Promise<unknown> => {
      const payload = { query: list, ...(extensions && { extensions }) }
      const response = await supergraph.app.inject({ method: 'POST', url: '/graphql', headers, payload })
      return response.json<{ extensions?: unknown }>().extensions
    }
    const explain = expect.stringMatching(/^1 india\n[^]*└─ 2 catalog: Movie at /)
    expect(await extensionsOf({ 'x-explain': '1' })).toEqual({ explain })
    expect(await extensionsOf({}, { explain: true })).toEqual({ explain })
    expect(await extensionsOf({})).toBeUndefined()
    expect(await extensionsOf({}, { explain: 'no' })).toBeUndefined()
  })

  test('goes along with an answer that is passed through', async () => {
    const response = await supergraph.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'x-explain': '1' },
      payload: { query: '{ regions { code } }' },
    })
    expect(response.json()).toMatchObject({
      data: { regions: expect.any(Array) },
      extensions: { explain: expect.stringContaining('1 catalog') },
    })
  })

  test('is never there in production', async () => {
    await using production = await startSupergraph(createPlatformSubgraphs(), {
      NODE_ENV: 'production',
      EDGE_SECRET: 'e'.repeat(40),
      SERVICE_SECRET: 's'.repeat(40),
    })
    const { app } = production
    const payload = { query: list, extensions: { explain: true } }
    const response = await app.inject({ method: 'POST', url: '/graphql', headers: { 'x-explain': '1' }, payload })
    expect(response.json()).toMatchObject({ data: expect.anything() })
    expect(response.json()).not.toHaveProperty('extensions')
  })
})

describe('metrics', () => {
  test('count an operation under its name where the name is known, under `other` where clients made it up', async () => {
    const name = 'movieverse_operation_duration_seconds_count'
    const known = { operation: 'ThreeRegions', outcome: 'ok' }
    expect(await difference(name, known, () => supergraph.ask(list))).toBe(1)
    const others = { operation: 'other', outcome: 'ok' }
    expect(await difference(name, others, () => supergraph.ask('query Mine { regions { code } }'))).toBe(1)
    expect(await difference(name, { operation: 'Mine' }, () => supergraph.ask('query Mine { regions { code } }'))).toBe(
      0,
    )
  })

  test('tell what the client got wrong from what is our fault', async () => {
    const outcomes = async (text: string, act?: () => void): Promise<Record<string, number>> => {
      const names = ['ok', 'refused', 'partial', 'failed']
      const read = (): Promise<number[]> =>
        Promise.all(names.map((outcome) => metric('movieverse_operation_duration_seconds_count', { outcome })))
      const before = await read()
      act?.()
      await supergraph.ask(text)
      const after = await read()
      return Object.fromEntries(
        names
          .map((name, index) => [name, (after[index] ?? 0) - (before[index] ?? 0)] as const)
          .filter(([, count]) => count > 0),
      )
    }
    const text = '{ region(code: US) { movies(first: 3) { nodes { title } } } regions { code } }'
    const usa = supergraph.subgraphs.get('usa')
    if (!usa) throw new Error('no subgraph usa')
    const answering = (code: string) => (): void => {
      usa.fault = (_request, response) =>
        response.end(
          JSON.stringify({
            data: { region: null },
            errors: [{ message: 'no', path: ['region'], extensions: { code } }],
          }),
        )
    }
    expect(await outcomes(text)).toEqual({ ok: 1 })
    for (const code of ['BAD_USER_INPUT', 'INVALID_CURSOR', 'NOT_FOUND', 'FORBIDDEN', 'LIMIT_EXCEEDED'])
      expect(await outcomes(text, answering(code)), code).toEqual({ refused: 1 })
    for (const code of ['SERVICE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR', 'NOBODY_KNOWS'])
      expect(await outcomes(text, answering(code)), code).toEqual({ partial: 1 })
    usa.fault = undefined
  })

  test('are no more series after ten thousand names than after ten', { timeout: 60_000 }, async () => {
    await using many = await startSupergraph(createPlatformSubgraphs(), { OPERATIONS_PER_REQUEST: '20' })
    const ask = async (name: string, count: number): Promise<void> => {
      const payload = Array.from({ length: count }, (_, index) => ({ query: `query ${name}${index} { __typename }` }))
      const { body } = await many.app.inject({ method: 'POST', url: '/graphql', payload })
      expect(body).not.toContain('errors')
    }
    const series = async (): Promise<string[]> =>
      (await many.app.inject('/metrics')).body
        .split('\n')
        .filter((line) => /^(movieverse|http)_/.test(line))
        .map((line) => line.slice(0, line.lastIndexOf(' ')))
    await ask('Few', 10)
    const few = await series()
    for (let count = 0; count < 500; count += 1) await ask(`Made${count}x`, 20)
    const { body } = await many.app.inject('/metrics')
    expect(body).toMatch(/^movieverse_operation_duration_seconds_count\{[^}]*operation="other"[^}]*\} 10010$/m)
    expect(await series()).toEqual(few)
  })

  test('count the calls of subgraphs, passed through or not, the cost, and plans that were at hand', async () => {
    const known = { operation: 'ThreeRegions' }
    expect(await difference('movieverse_operation_fetches_sum', known, () => supergraph.ask(list))).toBe(2)
    const single = 'query ThreeRegions { region(code: IN) { movies(first: 5) { nodes { title } } } }'
    expect(await difference('movieverse_operation_fetches_sum', known, () => supergraph.ask(single))).toBe(1)
    expect(await difference('movieverse_operation_cost_sum', known, () => supergraph.ask(single))).toBeGreaterThan(4)
    expect(await difference('movieverse_plans_total', { cache: 'hit' }, () => supergraph.ask(single))).toBe(1)
    const fresh = '{ regions { code name } }'
    expect(await difference('movieverse_plans_total', { cache: 'miss' }, () => supergraph.ask(fresh))).toBe(1)
  })
})

/** Has these requests traced, and answers what the collector received. */
async function spansOf(act: (traced: RunningSupergraph) => Promise<void>): Promise<string> {
  const received: string[] = []
  const collector = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push(Buffer.concat(chunks).toString('latin1'))
      response.end()
    })
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  // A server on a TCP port has this form of address.
  const { port } = collector.address() as AddressInfo
  {
    await using traced = await startSupergraph(createPlatformSubgraphs(), {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    })
    await act(traced)
  }
  collector.close()
  return received.join()
}

test('spans of an operation, its plan and its fetches reach the collector in the caller’s trace', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const spans = await spansOf(async (traced) => {
    const traceparent = `00-${traceId}-b7ad6b7169203331-01`
    await traced.ask(list, { headers: { traceparent } })
    const sent = traced.subgraphs.get('catalog')?.calls.at(-1)?.headers['traceparent']
    expect(sent).toMatch(new RegExp(`^00-${traceId}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`))
  })
  for (const name of ['query ThreeRegions', 'plan', 'fetch india', 'fetch catalog', 'supergraph'])
    expect(spans).toContain(name)
  expect(spans).not.toContain('failover')
})

test('a client that hangs up is no failure: no error is counted, and none is logged', async () => {
  await using left = await startSupergraph(createPlatformSubgraphs(), { LOG_LEVEL: 'info' })
  const lines = logLinesOf(left.app)
  const catalog = left.subgraphs.get('catalog')
  if (!catalog) throw new Error('no subgraph catalog')
  const client = new AbortController()
  catalog.fault = () => client.abort()
  const url = await left.app.listen({ port: 0, host: '127.0.0.1' })
  const told = new Promise((resolve) => left.app.graphql.addHook('onResolution', resolve))
  const headers = { 'content-type': 'application/json' }
  const asked = fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query: list }),
    signal: client.signal,
  })
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  await told
  const { body } = await left.app.inject('/metrics')
  expect(body).not.toMatch(/^movieverse_graphql_errors_total\{.*code=/m)
  expect(body).toMatch(/^movieverse_operation_duration_seconds_count\{.*outcome="cancelled".* 1$/m)
  expect(body).toMatch(/^movieverse_graphql_operations_total\{.*outcome="cancelled".* 1$/m)
  expect(lines.filter((line) => line.level > 30)).toEqual([])
})

test('a fetch that another region’s service answered is marked with it', async () => {
  const spans = await spansOf(async (traced) => {
    const india = traced.subgraphs.get('india')
    if (!india) throw new Error('no subgraph india')
    india.fault = (request) => request.socket.destroy()
    expect((await traced.ask(list)).errors).toBeUndefined()
  })
  for (const mark of ['region failover', 'movieverse.failover.from', 'movieverse.failover.to'])
    expect(spans).toContain(mark)
  expect(spans).toMatch(/movieverse\.failover\.region[^}]*IN/)
})
