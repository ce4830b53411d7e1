import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { composeSupergraph } from '../../supergraph/composition/compose-supergraph.ts'
import { freePort } from '../../tests/support/mariadb.ts'
import type { LoadTarget } from '../support/load.ts'
import { residentMemory } from '../support/memory.ts'
import { compare, comparisonOf, loadPairs, type Comparison, type Pair, type Rounds } from '../support/pairs.ts'
import { wrongAnswer } from './answers.ts'
import {
  houseSubgraph,
  peers,
  peersFolder,
  supergraph,
  type Contestant,
  type GatewayFiles,
  type StartedFixture,
} from './contestants.ts'
import { fixtures } from './fixtures.ts'
import { compareWithOwnSubgraphs } from './own-subgraphs.ts'
import { startFixtures, startGraphql, type GraphqlProcess } from './processes.ts'
import { bodiesOf, flatList, queries, type GatewayQuery } from './queries.ts'
import { report, type PeerResult } from './report.ts'

const full: Rounds = { rounds: 5, seconds: 2, warmUpSeconds: 2 }
/** Of the processes in the control and in the floor. */
const starts = 3

const quick: Rounds = { rounds: 2, seconds: 1, warmUpSeconds: 1 }

/**
 * The supergraph against the other federation gateways that run on Node, over the same fixture subgraphs: each peer is
 * started beside a fresh supergraph, asked every query, compared where its answers are right, and stopped. About ten
 * minutes; a smoke run of three where it is to be quick.
 */
export async function benchGateway({ isQuick }: { readonly isQuick: boolean }): Promise<string> {
  await installPeers()
  const rounds = isQuick ? quick : full
  const folder = mkdtempSync(join(tmpdir(), 'movieverse-bench-'))
  try {
    await using subgraphs = await startFixtures()
    const started = fixtures.map(({ name, sdl, federation1Sdl }): StartedFixture => {
      return { name, sdl, federation1Sdl, url: `http://127.0.0.1:${subgraphs.ports[name]}/graphql` }
    })
    const files = writeFiles(folder, started)
    const catalogUrl = started.find(({ name }) => name === 'catalog')?.url ?? ''
    // It runs on: its gateways need it.
    const catalog = { pid: subgraphs.pid, url: catalogUrl, [Symbol.asyncDispose]: async () => {} }
    const control = await compareOverStarts('itself', () => start(supergraph, files), files, rounds)
    const floors = [
      await compareOverStarts(houseSubgraph.name, () => start(houseSubgraph, files), files, rounds),
      await compareOverStarts('fixture subgraph, prepared bytes', async () => catalog, files, rounds),
      ...(await compareWithOwnSubgraphs(starts, rounds)),
    ]
    const results: PeerResult[] = []
    for (const peer of peers) results.push(await compareWithPeer(peer, files, rounds))
    return report({ control, floors, starts, results, rounds })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function writeFiles(folder: string, subgraphs: readonly StartedFixture[]): GatewayFiles {
  const files: GatewayFiles = {
    supergraph: join(folder, 'supergraph.graphql'),
    api: join(folder, 'api.graphql'),
    subgraphs: join(folder, 'subgraphs.json'),
  }
  const { supergraphSdl, apiSdl } = composeSupergraph(subgraphs)
  writeFileSync(files.supergraph, supergraphSdl)
  writeFileSync(files.api, apiSdl)
  writeFileSync(files.subgraphs, JSON.stringify(subgraphs))
  return files
}

/** Installs bench/peers, which is no part of the workspace, where that was never done; its lockfile is npm's. */
async function installPeers(): Promise<void> {
  if (existsSync(join(peersFolder, 'node_modules/.package-lock.json'))) return
  console.error('installing bench/peers (700 MB)')
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = spawn('npm', args, { cwd: peersFolder, stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(npm, 'exit')
  if (code !== 0) throw new Error(`npm ${args.join(' ')} failed in ${peersFolder}`)
}

async function start(contestant: Contestant, files: GatewayFiles): Promise<GraphqlProcess> {
  const port = await freePort()
  return startGraphql(contestant.command(files, port), port)
}

function targetOf(name: string, { url, pid }: { url: string; pid: number }, query: GatewayQuery): LoadTarget {
  return { name, url, pid, method: 'POST', headers: { 'content-type': 'application/json' }, bodies: bodiesOf(query) }
}

/**
 * Ours against what answers the flat list too: itself as the control, and with no gateway in between the house's own stack
 * and the fixture itself. One start of a process differs from the next by more than rounds of one start do, so there are
 * several.
 */
async function compareOverStarts(
  name: string,
  other: () => Promise<{ readonly url: string; readonly pid: number } & AsyncDisposable>,
  files: GatewayFiles,
  rounds: Rounds,
): Promise<Comparison> {
  const pairs: Pair[] = []
  for (let turn = 0; turn < starts; turn++) {
    await using ours = await start(supergraph, files)
    await using theirs = await other()
    const wrong = await wrongAnswer(theirs.url, flatList)
    if (wrong !== undefined) throw new Error(`${name} answers wrongly: ${wrong}`)
    const targets = [targetOf(supergraph.name, ours, flatList), targetOf(name, theirs, flatList)] as const
    pairs.push(...(await loadPairs(...targets, rounds)))
  }
  return logged(comparisonOf(supergraph.name, name, pairs), flatList)
}

async function compareWithPeer(peer: Contestant, files: GatewayFiles, rounds: Rounds): Promise<PeerResult> {
  await using ours = await start(supergraph, files)
  await using theirs = await start(peer, files)
  const idle = { ours: residentMemory(ours.pid), theirs: residentMemory(theirs.pid) }
  const comparisons = new Map<GatewayQuery, Comparison | string>()
  for (const query of queries) {
    const ourFault = await wrongAnswer(ours.url, query)
    if (ourFault !== undefined) throw new Error(`${supergraph.name} answers ${query.name} wrongly: ${ourFault}`)
    const theirFault = await wrongAnswer(theirs.url, query)
    if (theirFault !== undefined) {
      console.error(`${peer.name}, ${query.name}: ${theirFault}`)
      comparisons.set(query, theirFault)
      continue
    }
    const comparison = await compare(targetOf(supergraph.name, ours, query), targetOf(peer.name, theirs, query), rounds)
    await expectRightStill([ours, theirs], query)
    comparisons.set(query, logged(comparison, query))
  }
  const loaded = { ours: residentMemory(ours.pid), theirs: residentMemory(theirs.pid) }
  return { peer, comparisons, memory: { idle, loaded } }
}

/** A load counts status codes only: an answer with errors in it is a 200. */
async function expectRightStill(gateways: readonly GraphqlProcess[], query: GatewayQuery): Promise<void> {
  for (const { url } of gateways) {
    const fault = await wrongAnswer(url, query)
    if (fault !== undefined) throw new Error(`${url} answers ${query.name} wrongly after the load: ${fault}`)
  }
}

function logged(comparison: Comparison, query: GatewayQuery): Comparison {
  const { a, b, requestsPerSecond, rate, cpu } = comparison
  const rates = `${Math.round(requestsPerSecond.a)} and ${Math.round(requestsPerSecond.b)} requests/s`
  console.error(`${query.name}: ${a} and ${b}: ${rates}, ${rate.median.toFixed(2)}, CPU ${cpu.median.toFixed(2)}`)
  return comparison
}
