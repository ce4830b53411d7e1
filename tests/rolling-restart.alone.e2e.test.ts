import { demoAccounts, demoPassword } from '@movieverse/web/sign-in/accounts/demo-accounts.ts'
import { ensureBundle } from '@movieverse/web/site/bundle/site-bundle.ts'
import { formsOf } from '@movieverse/web/testing/browser.ts'
import { expect, test } from 'vitest'
import { platformProcesses } from '../scripts/platform/processes.ts'
import { serviceToken } from './edge/support/tokens.ts'
import { drain, startEdgeFleet, type EdgeFleet } from './support/edge-fleet.ts'
import { askEdge, EdgeLoad } from './support/edge-load.ts'
import type { Ending } from './support/replicas.ts'
import { createScriptlessVisitor, signIn } from './support/scriptless-visitor.ts'

const read = `{ region(code: IN) { movies(first: 3) { nodes { title directors { name } viewer { rating } } } } genres { name }
  us: region(code: US) { movies(first: 2) { nodes { title } } } gb: region(code: GB) { movies(first: 2) { nodes { title } } }
  popular(region: IN, first: 2) { nodes { movie { title } } } viewer { ratings(first: 1) { totalCount } } }`

async function titleIds(fleet: EdgeFleet, token: string): Promise<string[]> {
  const { data } = await askEdge(fleet, token, '{ region(code: US) { movies(first: 45) { nodes { id } } } }')
  // `as`: what the query selects.
  const { region } = data as { region: { movies: { nodes: Array<{ id: string }> } } }
  return region.movies.nodes.map(({ id }) => id)
}

/** The stars of every rating of whom a token is for, by title. */
async function storedRatings(fleet: EdgeFleet, token: string): Promise<Map<string, number>> {
  const query = '{ viewer { ratings(first: 50) { nodes { stars movie { id } } } } }'
  const { data } = await askEdge(fleet, token, query)
  // `as`: what the query selects.
  const { viewer } = data as { viewer: { ratings: { nodes: Array<{ stars: number; movie: { id: string } }> } } }
  return new Map(viewer.ratings.nodes.map(({ stars, movie }) => [movie.id, stars]))
}

test(
  'every process is restarted under load, one after the other: nothing fails, no write is lost, each ends well and in time',
  { timeout: 240_000 },
  async () => {
    await ensureBundle()
    const names = platformProcesses().map(({ name }) => name)
    await using fleet = await startEdgeFleet(names.filter((name) => name !== 'edge'))
    const scope = 'viewer:read viewer:write'
    const [token, ofVisitor] = [
      await serviceToken(fleet, scope, 'roller'),
      await serviceToken(fleet, scope, 'demo-asha'),
    ]
    const ids = await titleIds(fleet, token)
    const visitor = createScriptlessVisitor(fleet.site, fleet.ca)
    await signIn(visitor, demoAccounts[0]?.email ?? '', demoPassword)
    const page = await visitor.open(`/title/${ids[40]}`)
    const form = formsOf(page.text).find(({ action }) => action === '/site/do/rate')

    const load = new EdgeLoad(fleet)
    load.addReader(token, read)
    load.addReader(token, read)
    const written = [load.addWriter(token, ids.slice(0, 20)), load.addWriter(token, ids.slice(20, 40))]
    load.addPageReader(createScriptlessVisitor(fleet.site, fleet.ca), '/in', 'Slumdog Millionaire')
    const byForm = load.addFormWriter(visitor, form?.hidden ?? {}, ids.slice(40))
    const endings: Ending[] = []
    for (const replica of fleet.all) {
      endings.push(await replica.restart())
      await fleet.recovered()
    }
    await load.stop()

    expect(load.failures).toEqual([])
    expect(endings.map(({ service }) => service).toSorted()).toEqual(names.flatMap((name) => [name, name]).toSorted())
    expect(endings.filter(({ code, ms }) => code !== 0 || ms > drain.delayMs + drain.timeoutMs)).toEqual([])
    for (const [what, count] of Object.entries(load.counts)) expect(count, what).toBeGreaterThan(100)
    expect(await storedRatings(fleet, token)).toEqual(new Map(written.flatMap((one) => [...one])))
    expect(await storedRatings(fleet, ofVisitor)).toEqual(byForm)
  },
)

const secrets = ['EDGE_SECRET', 'SERVICE_SECRET'] as const
const together = (value: string): Record<string, string> => Object.fromEntries(secrets.map((name) => [name, value]))

test(
  'secrets between processes are exchanged under load, in the three steps of docs/operations.md, and nobody is refused',
  { timeout: 240_000 },
  async () => {
    const [before, after] = ['the-secret-of-before', 'the-secret-of-after']
    await using fleet = await startEdgeFleet(['supergraph', 'india', 'viewers'], together(before))
    const token = await serviceToken(fleet, 'viewer:read viewer:write', 'exchanger')
    const load = new EdgeLoad(fleet)
    // The edge's secret shows in whose ratings these are, the services' in that they come with titles of another service.
    const own = '{ region(code: IN) { movies(first: 3) { nodes { title viewer { rating } } } } viewer { id } }'
    for (let count = 0; count < 3; count += 1) load.addReader(token, own)
    const [ones, others] = [0, 1].map((parity) => fleet.all.filter((_, index) => index % 2 === parity))
    for (const value of [`${before},${after}`, `${after},${before}`, after]) {
      await fleet.renderKong(together(value))
      for (const half of [others, ones]) {
        await Promise.all((half ?? []).map((replica) => replica.restart(together(value))))
        await fleet.recovered()
      }
    }
    await load.stop()
    expect(load.failures).toEqual([])
    expect(load.counts.read).toBeGreaterThan(100)
  },
)
