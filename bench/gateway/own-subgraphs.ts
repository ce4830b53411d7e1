import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPlatform, type Platform } from '../../scripts/platform/platform.ts'
import { prepareDatabases } from '../../scripts/platform/prepare-database.ts'
import { serviceProcesses } from '../../scripts/platform/processes.ts'
import type { LoadTarget } from '../support/load.ts'
import { comparisonOf, loadPairs, type Comparison, type Pair, type Rounds } from '../support/pairs.ts'
import { productionEnvironment } from './contestants.ts'

const fields = 'nodes { id title releaseYear runtimeMinutes averageRating votes }'

/** A subgraph of the platform by its process, and the flat list that it answers alone. */
const lists = [
  { service: 'catalog', query: `{ movies(first: 20) { ${fields} } }` },
  { service: 'india', query: `{ region(code: IN) { movies(first: 20) { ${fields} } } }` },
] as const

/** The platform's supergraph against its own subgraphs on SQLite, each asked for its flat list without a gateway. */
export async function compareWithOwnSubgraphs(starts: number, rounds: Rounds): Promise<Comparison[]> {
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-bench-'))
  try {
    const urls = { DATABASE_URL: `sqlite:${join(folder, 'platform.sqlite')}` }
    await prepareDatabases(urls, true, () => {})
    const names = new Set<string>(['supergraph', ...lists.map(({ service }) => service)])
    const processes = serviceProcesses().filter(({ name }) => names.has(name))
    const pairs = lists.map((): Pair[] => [])
    for (let turn = 0; turn < starts; turn++) {
      const environment = { ...process.env, ...urls, ...productionEnvironment }
      const platform = await startPlatform({ processes, environment, watch: false, print: console.error })
      try {
        for (const [index, { service, query }] of lists.entries()) {
          const [through, straight] = [targetOf(platform, 'supergraph', query), targetOf(platform, service, query)]
          await expectSameAnswer(through, straight)
          pairs[index]?.push(...(await loadPairs(through, straight, rounds)))
        }
      } finally {
        await platform.stop()
      }
    }
    return lists.map(({ service }, index) => comparisonOf('MovieVerse', `own ${service}, SQLite`, pairs[index] ?? []))
  } finally {
    await rm(folder, { recursive: true })
  }
}

function targetOf({ children }: Platform, name: string, query: string): LoadTarget & { readonly body: string } {
  const child = children.find((each) => each.name === name)
  if (!child) throw new Error(`there is no process ${name}`)
  const url = new URL('/graphql', child.readinessUrl).href
  const headers = { 'content-type': 'application/json' }
  return { name, url, pid: child.pid, method: 'POST', headers, body: JSON.stringify({ query }) }
}

async function expectSameAnswer(...targets: ReadonlyArray<ReturnType<typeof targetOf>>): Promise<void> {
  const answers = await Promise.all(
    targets.map(async ({ url, headers = {}, body }) => (await fetch(url, { method: 'POST', headers, body })).text()),
  )
  if (answers[0] !== answers[1] || answers[0]?.includes('"errors"')) throw new Error(`unlike: ${answers.join(' and ')}`)
}
