import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLocalSupergraph } from '../fixtures/local-supergraph.ts'
import { drawFederation, type Draw } from '../fixtures/random-federation.ts'
import { drawQuery } from '../fixtures/random-query.ts'

const runs = Number(process.env.PLANNER_RUNS ?? 300)
const seed = process.env.PLANNER_SEED === undefined ? 20_261_123 : Number(process.env.PLANNER_SEED)

test('a schema split over subgraphs answers every query as the whole schema does', async () => {
  let answered = 0
  const property = fc.asyncProperty(fc.gen(), async (gen) => {
    const draw: Draw = (most) => gen(fc.nat, { max: most })
    const federation = drawFederation(draw)
    const supergraph = composed(federation.subgraphs)
    if (!supergraph) return
    for (let count = 0; count < 4; count += 1) {
      const query = drawQuery(draw, federation)
      const expected = await federation.whole.answer(JSON.stringify({ query }))
      // What the whole schema refuses is no valid query.
      if (expected.errors) continue
      const { data, errors, requests } = await supergraph.ask(query)
      const story = `${supergraph.supergraphSdl}\n${query}\n${requests.map((request) => `${request.subgraph}: ${request.query}`).join('\n')}`
      expect(
        errors.map(({ message }) => message),
        story,
      ).toEqual([])
      expect(data, story).toEqual(expected.data)
      answered += 1
    }
  })
  await fc.assert(property, { numRuns: runs, seed })
  expect(answered).toBeGreaterThan(runs)
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
