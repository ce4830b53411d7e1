import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPlatformSubgraphs } from './fixtures/platform-subgraphs.ts'
import { startSupergraph, type RunningSupergraph, type SupergraphAnswer } from './fixtures/running-supergraph.ts'

interface Operation {
  readonly query?: unknown
  readonly variables?: Readonly<Record<string, unknown>>
  readonly operationName?: string
}

type Single = Pick<SupergraphAnswer, 'data' | 'errors'>

async function send(
  supergraph: RunningSupergraph,
  batch: readonly Operation[],
): Promise<{ status: number; body: Single }> {
  const response = await supergraph.app.inject({ method: 'POST', url: '/graphql', payload: [...batch] })
  return { status: response.statusCode, body: response.json<Single>() }
}

test('several operations in one request are refused, clearly, unless that is switched on', async () => {
  await using supergraph = await startSupergraph(createPlatformSubgraphs())
  const query = '{ regions { code } }'
  for (const batch of [[{ query }], [{ query }, { query }], []]) {
    const { status, body } = await send(supergraph, batch)
    expect(status).toBe(400)
    expect(body).toMatchObject({
      errors: [{ message: expect.stringContaining('one operation'), extensions: { code: 'BAD_REQUEST' } }],
    })
  }
  expect(supergraph.subgraphs.get('catalog')?.calls).toHaveLength(0)
})

describe('where several operations may come in one request', () => {
  let supergraph: RunningSupergraph
  beforeAll(async () => {
    supergraph = await startSupergraph(createPlatformSubgraphs(), { OPERATIONS_PER_REQUEST: '5' })
  })
  afterAll(async () => supergraph[Symbol.asyncDispose]())

  /** The answers to operations that were sent together. */
  async function together(...batch: Operation[]): Promise<Single[]> {
    const { status, body } = await send(supergraph, batch)
    expect(status).toBe(200)
    // A batch is answered by as many answers.
    return body as unknown as Single[]
  }

  const region =
    'query($code: RegionCode) { region(code: $code) { region { code } movies { nodes { title directors { name } } } } }'
  const codeOf = (answer: Single | undefined): unknown => answer?.data

  test('each is answered as it would be alone, and in order', async () => {
    const operations: Operation[] = [
      { query: '{ regions { code name } }' },
      { query: region, variables: { code: 'IN' } },
      { query: '{ here: region(code: US) { region { name } } }' },
      { query: '{ nobody }' },
    ]
    const alone = await Promise.all(
      operations.map(async ({ query, variables = {} }) => supergraph.ask(String(query), { variables })),
    )
    for (let round = 0; round < 6; round += 1) {
      const answers = await together(...operations)
      expect(answers).toEqual(
        alone.map(({ data, errors }) => ({ ...(data !== undefined && { data }), ...(errors && { errors }) })),
      )
    }
  })

  test('equal documents with different variables share a plan and no answer', async () => {
    for (let round = 0; round < 6; round += 1) {
      const answers = await together(
        ...['IN', 'US', 'GB', 'IN'].map((code) => ({ query: region, variables: { code } })),
      )
      expect(answers.map(codeOf)).toMatchObject(
        ['IN', 'US', 'GB', 'IN'].map((code) => ({
          region: { region: { code }, movies: { nodes: expect.any(Array) } },
        })),
      )
      expect(answers.some(({ errors }) => errors)).toBe(false)
    }
  })

  test('of one document with two operations each is answered by its name', async () => {
    const query = 'query A { regions { code } } query B { region(code: IN) { region { name } } }'
    for (let round = 0; round < 6; round += 1) {
      const [a, b, none] = await together(
        { query, operationName: 'A' },
        { query, operationName: 'B' },
        { query: '{ regions { code } }', operationName: 'C' },
      )
      expect([codeOf(a), codeOf(b)]).toMatchObject([
        { regions: expect.any(Array) },
        { region: { region: { name: 'India' } } },
      ])
      expect(none?.errors?.[0]?.message).toContain('Unknown operation named "C"')
    }
  })

  test('each request of a subgraph belongs to its own operation, and a failure too', async () => {
    const catalog = supergraph.subgraphs.get('catalog')
    if (!catalog) throw new Error('no subgraph catalog')
    catalog.fault = (request) => request.socket.destroy()
    const [regions, india] = await together(
      { query: '{ regions { code } }' },
      { query: '{ region(code: IN) { region { code } } }' },
    )
    catalog.fault = undefined
    expect(regions).toMatchObject({
      data: { regions: null },
      errors: [{ path: ['regions'], extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'catalog' } }],
    })
    expect(india).toEqual({ data: { region: { region: { code: 'IN' } } } })
  })

  test.each([
    [
      'cost',
      (n: number) => `{ region(code: IN) { movies(first: ${80 + n}) { nodes { cast(first: 10) { name } } } } }`,
      '2000 objects',
    ],
    [
      'root fields',
      (n: number) =>
        `{ ${Array.from({ length: 9 }, (_, index) => `a${n}${index}: __typename regions { code }`).join(' ')} }`,
      '25 root fields',
    ],
    [
      'aliases',
      (n: number) => `{ regions { ${Array.from({ length: 20 }, (_, index) => `a${n}${index}: code`).join(' ')} } }`,
      '50 aliases',
    ],
  ])('the limit of %s holds for all of them together', async (_what, query, limit) => {
    const answers = await together(...[1, 2, 3].map((n) => ({ query: query(n) })))
    const refused = answers.filter(({ errors }) => errors?.[0]?.extensions.code === 'LIMIT_EXCEEDED')
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.length).toBeLessThan(3)
    expect(refused[0]?.errors?.[0]?.message).toContain(limit)
    expect((await together({ query: query(1) }))[0]?.errors).toBeUndefined()
  })

  test.each([
    [
      'more tokens than one may have',
      Array.from({ length: 3 }, (_, n) => ({ query: `{ regions { ${`code name `.repeat(200)} a${n}: code } }` })),
      'LIMIT_EXCEEDED',
    ],
    ['too many', Array.from({ length: 6 }, () => ({ query: '{ regions { code } }' })), 'LIMIT_EXCEEDED'],
    ['none', [], 'BAD_REQUEST'],
    ['one without a text', [{ query: '{ regions { code } }' }, { variables: {} }], 'BAD_REQUEST'],
    ['one that is no object', [{ query: '{ regions { code } }' }, 5 as never], 'BAD_REQUEST'],
    ['one with variables that are none', [{ query: '{ regions { code } }', variables: 5 as never }], 'BAD_REQUEST'],
  ])('%s: the request is refused as a whole, and nobody is asked', async (_what, batch, code) => {
    const calls = supergraph.subgraphs.get('catalog')?.calls.length
    const { body } = await send(supergraph, batch)
    expect(body).toMatchObject({ errors: [{ extensions: { code } }] })
    expect(supergraph.subgraphs.get('catalog')?.calls).toHaveLength(calls ?? 0)
  })

  test('one operation may still come alone', async () => {
    expect(await supergraph.ask('{ regions { code } }')).toMatchObject({
      status: 200,
      data: { regions: expect.any(Array) },
    })
  })
})
