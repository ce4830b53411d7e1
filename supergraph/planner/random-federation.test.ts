import { isDeepStrictEqual } from 'node:util'
import { assert, asyncProperty, gen as anything, nat } from 'fast-check'
import { parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { createLocalSupergraph, type Answer, type LocalSupergraph } from '../fixtures/local-supergraph.ts'
import { drawFederation, type RandomFederation } from '../fixtures/random-federation.ts'
import type { Draw } from '../fixtures/random-schema.ts'
import { drawQuery, drawVariables } from '../fixtures/random-query.ts'
import { isRow } from './representations.ts'

const runs = Number(process.env.PLANNER_RUNS ?? 340)
const seed = process.env.PLANNER_SEED === undefined ? 20_261_123 : Number(process.env.PLANNER_SEED)
const queriesPerSchema = 12
// Of a failure the smallest example is told that is found in this time.
const settings = { numRuns: runs, seed, interruptAfterTimeLimit: 120_000 }

/** A valid query with its variables, and what the whole schema answers to it. */
interface Asked {
  readonly query: string
  readonly variables: Record<string, unknown>
  readonly expected: unknown
}

test('a schema split over subgraphs answers every query as the whole schema does: interpreted, compiled, passed through', async () => {
  let answered = 0
  let passed = 0
  const property = asyncProperty(anything(), async (gen) => {
    const draw: Draw = (most) => gen(nat, { max: most })
    const federation = drawFederation(draw)
    const supergraph = composed(federation)
    if (!supergraph) return
    for (let count = 0; count < queriesPerSchema; count += 1) {
      const asked = await drawAsked(draw, federation, supergraph)
      if (!asked) continue
      const direct = await supergraph.askDirect(asked.query, asked.variables)
      if (direct) passed += 1
      const interpreted = await supergraph.ask(asked.query, asked.variables)
      const compiled = await supergraph.askCompiled(asked.query, asked.variables)
      for (const answer of [interpreted, compiled, ...(direct ? [direct] : [])]) {
        const isSame = answer.errors.length === 0 && isDeepStrictEqual(answer.data, asked.expected)
        if (!isSame) throw new Error(storyOf(supergraph, asked, answer))
      }
      // The order of the fields too, since these are the bytes that the client gets.
      if (direct) expect(JSON.stringify(direct.data)).toBe(JSON.stringify(asked.expected))
      answered += 1
    }
  })
  await assert(property, settings)
  expect(passed).toBeGreaterThan(runs / 4)
  expect(answered).toBeGreaterThan(process.env.PLANNER_RUNS === undefined ? 2000 : 0)
}, 300_000)

test('where a subgraph fails, what it did not answer is null with an error at a place that the client knows, and nothing else', async () => {
  const property = asyncProperty(anything(), async (gen) => {
    const draw: Draw = (most) => gen(nat, { max: most })
    const federation = drawFederation(draw)
    const { name: broken } = federation.subgraphs[draw(federation.subgraphs.length - 1)] ?? { name: '' }
    const isSilent = draw(1) === 0
    const supergraph = composed(federation, async (name, answer) => {
      if (name !== broken) return answer()
      if (isSilent) throw new Error('down')
      return { errors: [{ message: 'refused' }] }
    })
    if (!supergraph) return
    for (let count = 0; count < 3; count += 1) {
      const asked = await drawAsked(draw, federation, supergraph)
      if (!asked) continue
      const direct = await supergraph.askDirect(asked.query, asked.variables)
      const interpreted = await supergraph.ask(asked.query, asked.variables)
      for (const answer of [
        interpreted,
        await supergraph.askCompiled(asked.query, asked.variables),
        ...(direct?.data ? [direct] : []),
      ]) {
        const wasAsked = answer.requests.some(({ subgraph }) => subgraph === broken)
        const isRight =
          isPartOf(answer.data, asked.expected) &&
          wasAsked === answer.errors.length > 0 &&
          answer.errors.every(({ path }) => leadsTo(answer.data, path ?? []))
        if (!isRight) throw new Error(storyOf(supergraph, asked, answer))
      }
    }
  })
  await assert(property, { ...settings, numRuns: Math.ceil(runs / 3) })
}, 300_000)

async function drawAsked(
  draw: Draw,
  federation: RandomFederation,
  supergraph: LocalSupergraph,
): Promise<Asked | undefined> {
  const query = drawQuery(draw, federation)
  const variables = drawVariables(draw)
  const { data, errors } = await federation.whole.answer(JSON.stringify({ query, variables }))
  // What either schema refuses is no valid query: an interface may lack a field that no subgraph has on it.
  const isValid = !errors && validate(supergraph.schema, parse(query)).length === 0
  return isValid ? { query, variables, expected: data } : undefined
}

type Given = { data?: unknown; errors?: unknown[] }

function composed(
  { subgraphs }: RandomFederation,
  around: (name: string, answer: () => Promise<Given>) => Promise<Given> = async (_name, answer) => answer(),
): LocalSupergraph | undefined {
  const wrapped = subgraphs.map((subgraph) => ({
    ...subgraph,
    answer: (body: string) => around(subgraph.name, () => subgraph.answer(body)),
  }))
  try {
    return createLocalSupergraph(wrapped)
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('the subgraphs do not compose')) return undefined
    throw error
  }
}

/** Whether a value is what was expected but for nulls. */
function isPartOf(value: unknown, expected: unknown): boolean {
  if (value === null) return true
  if (Array.isArray(value) && Array.isArray(expected))
    return value.length === expected.length && value.every((item, index) => isPartOf(item, expected[index]))
  if (isRow(value) && isRow(expected)) {
    return (
      isDeepStrictEqual(Object.keys(value), Object.keys(expected)) &&
      Object.entries(value).every(([key, item]) => isPartOf(item, expected[key]))
    )
  }
  return value === expected
}

/** Whether a path exists in an answer, as far as no null ends it. */
function leadsTo(data: unknown, path: ReadonlyArray<string | number>): boolean {
  let value = data
  for (const step of path) {
    if (value === null) return true
    const isThere = Array.isArray(value)
      ? typeof step === 'number' && step < value.length
      : isRow(value) && step in value
    if (!isThere) return false
    value = Array.isArray(value) ? value[Number(step)] : isRow(value) ? value[step] : undefined
  }
  return true
}

/** What a person needs to see what went wrong. */
function storyOf({ supergraphSdl: sdl }: LocalSupergraph, asked: Asked, { data, errors, requests }: Answer): string {
  const sent = requests.map((request) => `${request.subgraph}: ${request.query} ${JSON.stringify(request.variables)}`)
  const values = [
    `expected ${JSON.stringify(asked.expected)}`,
    `answered ${JSON.stringify(data)}`,
    ...errors.map(({ message, path }) => `${message} at ${JSON.stringify(path)}`),
  ]
  const parts = [sdl.slice(sdl.indexOf('type Query')), asked.query, JSON.stringify(asked.variables), ...sent, ...values]
  return parts.join('\n\n')
}
