import { isDeepStrictEqual } from 'node:util'
import { assert, asyncProperty, gen as anything, nat } from 'fast-check'
import { parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { createLocalSupergraph } from '../fixtures/local-supergraph.ts'
import { drawFederation } from '../fixtures/random-federation.ts'
import type { Draw } from '../fixtures/random-schema.ts'
import { drawQuery } from '../fixtures/random-query.ts'

const runs = Number(process.env.PLANNER_RUNS ?? 150)
const seed = process.env.PLANNER_SEED === undefined ? 20_261_123 : Number(process.env.PLANNER_SEED)

test('a schema split over subgraphs answers every query as the whole schema does, interpreted and compiled', async () => {
  let answered = 0
  const property = asyncProperty(anything(), async (gen) => {
    const draw: Draw = (most) => gen(nat, { max: most })
    const federation = drawFederation(draw)
    const supergraph = composed(federation.subgraphs)
    if (!supergraph) return
    for (let count = 0; count < 4; count += 1) {
      const query = drawQuery(draw, federation)
      const expected = await federation.whole.answer(JSON.stringify({ query }))
      // What either schema refuses is no valid query: an interface may lack a field that no subgraph has on it.
      if (expected.errors || validate(supergraph.schema, parse(query)).length > 0) continue
      for (const { data, errors, requests } of [await supergraph.ask(query), await supergraph.askCompiled(query)]) {
        const answer = { data, errors: errors.map(({ message }) => message) }
        if (isDeepStrictEqual(answer, { data: expected.data, errors: [] })) continue
        throw new Error(storyOf(supergraph.supergraphSdl, query, requests, answer, expected.data))
      }
      answered += 1
    }
  })
  await assert(property, {
    numRuns: runs,
    seed,
    interruptAfterTimeLimit: 60_000,
    endOnFailure: process.env.PLANNER_SHRINK === undefined,
  })
  expect(answered).toBeGreaterThan(0)
}, 120_000)

function composed(
  subgraphs: Parameters<typeof createLocalSupergraph>[0],
): ReturnType<typeof createLocalSupergraph> | undefined {
  try {
    return createLocalSupergraph(subgraphs)
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('the subgraphs do not compose')) return undefined
    throw error
  }
}

/** What a person needs to see what went wrong. */
function storyOf(
  sdl: string,
  query: string,
  requests: ReadonlyArray<{ subgraph: string; query: string }>,
  answer: unknown,
  expected: unknown,
): string {
  const sent = requests.map((request) => `${request.subgraph}: ${request.query}`).join('\n')
  const values = `expected ${JSON.stringify(expected)}\nanswered ${JSON.stringify(answer)}`
  return [sdl.slice(sdl.indexOf('type Query')), query, sent, values].join('\n\n')
}
