import { afterEach, beforeEach, expect, test } from 'vitest'
import type { HttpSubgraph } from './fixtures/http-subgraph.ts'
import { createLocalSubgraph, type LocalSubgraph } from './fixtures/local-subgraph.ts'
import { startSupergraph, type RunningSupergraph, type SupergraphAnswer } from './fixtures/running-supergraph.ts'

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\n'
const lists = (): LocalSubgraph =>
  createLocalSubgraph(
    'lists',
    `${link} type Query { films: [Film] } type Mutation { add: String } type Film @key(fields: "id") { id: ID! }`,
    { Query: { films: () => [{ id: '1' }, { id: '2' }] }, Mutation: { add: () => 'added' } },
  )
const titles = (): LocalSubgraph =>
  createLocalSubgraph(
    'titles',
    `${link} type Query { count: Int } type Mutation { rename: String } type Film @key(fields: "id") { id: ID! title: String }`,
    {
      Query: { count: () => 2 },
      Mutation: { rename: () => 'renamed' },
      Film: { __resolveReference: ({ id }) => ({ id, title: `Film ${String(id)}` }) },
    },
  )

/** Of a whole operation, and of each of its calls. */
const limitMs = 800
/** So much of it one level takes alone; two of them are too much. */
const slowMs = 650

let supergraph: RunningSupergraph
beforeEach(async () => {
  supergraph = await startSupergraph([lists(), titles()], { SUBGRAPH_TIMEOUT_MS: String(limitMs) })
})
afterEach(async () => supergraph[Symbol.asyncDispose]())

function subgraph(name: string): HttpSubgraph {
  const found = supergraph.subgraphs.get(name)
  if (!found) throw new Error(`no subgraph ${name}`)
  return found
}

async function timed(query: string): Promise<SupergraphAnswer & { readonly ms: number }> {
  const began = performance.now()
  const answer = await supergraph.ask(query)
  return { ...answer, ms: performance.now() - began }
}

const breakerOf = async (name: string): Promise<string | undefined> =>
  (await supergraph.app.inject('/metrics')).body
    .split('\n')
    .find((line) => line.startsWith(`movieverse_subgraph_breaker_state{service="${name}"`))
    ?.split(' ')
    .at(-1)

test('two slow levels do not take twice the limit: the late one is SUBGRAPH_TIMEOUT at its client path', async () => {
  subgraph('lists').answersAfterMs = slowMs
  subgraph('titles').answersAfterMs = slowMs
  const { data, errors, ms } = await timed('{ list: films { id name: title } }')
  expect(data).toEqual({
    list: [
      { id: '1', name: null },
      { id: '2', name: null },
    ],
  })
  expect(errors).toMatchObject([{ path: ['list'], extensions: { code: 'SUBGRAPH_TIMEOUT', service: 'titles' } }])
  expect(ms).toBeGreaterThan(limitMs - 20)
  expect(ms).toBeLessThan(2 * slowMs)
})

test('each call is told how much of the operation’s time is left', async () => {
  subgraph('lists').answersAfterMs = slowMs
  await timed('{ films { title } }')
  const told = (name: string): number => Number(subgraph(name).calls[0]?.headers['x-request-deadline-ms'])
  expect(told('lists')).toBeLessThanOrEqual(limitMs)
  expect(told('lists')).toBeGreaterThan(slowMs)
  expect(told('titles')).toBeLessThanOrEqual(limitMs - slowMs + 20)
})

test('each of several slow levels is answered where the operation has time enough', async () => {
  await using patient = await startSupergraph([lists(), titles()], {
    SUBGRAPH_TIMEOUT_MS: String(limitMs),
    OPERATION_TIMEOUT_MS: '5000',
  })
  for (const one of patient.subgraphs.values()) one.answersAfterMs = slowMs
  expect(await patient.ask('{ films { title } }')).toMatchObject({
    data: { films: [{ title: 'Film 1' }, { title: 'Film 2' }] },
  })
})

test('a mutation whose turn comes too late is not sent at all', async () => {
  subgraph('lists').fault = () => {}
  const { data, errors } = await timed('mutation { add rename }')
  expect(data).toEqual({ add: null, rename: null })
  expect(errors).toMatchObject([
    { path: ['add'], extensions: { code: 'SUBGRAPH_TIMEOUT', service: 'lists' } },
    { path: ['rename'], extensions: { code: 'SUBGRAPH_TIMEOUT', service: 'titles' } },
  ])
  expect(subgraph('titles').calls).toHaveLength(0)
})

test('a service that gets too little time because another is slow is not taken for broken', async () => {
  subgraph('lists').answersAfterMs = slowMs
  subgraph('titles').answersAfterMs = slowMs
  const answers = await Promise.all(Array.from({ length: 15 }, () => timed('{ films { title } }')))
  for (const { errors } of answers) expect(errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_TIMEOUT' } }])
  expect(await breakerOf('titles')).toBe('0')
  expect(await supergraph.ask('{ count }')).toMatchObject({ data: { count: 2 } })
})

test('a service that has its time and does not answer is', async () => {
  subgraph('titles').fault = () => {}
  await Promise.all(Array.from({ length: 15 }, () => timed('{ count }')))
  expect(await breakerOf('titles')).toBe('2')
})
