import type { ResidentMemory } from '../support/memory.ts'
import { show, tableOf, type Comparison, type Rounds } from '../support/pairs.ts'
import { geometricMean } from '../support/statistics.ts'
import { peers, supergraph, type Contestant } from './contestants.ts'
import { queries, type GatewayQuery } from './queries.ts'

/** What one peer did beside a supergraph of its own. */
export interface PeerResult {
  readonly peer: Contestant
  /** For each query how the two compare, or what is wrong with the peer's answer. */
  readonly comparisons: ReadonlyMap<GatewayQuery, Comparison | string>
  readonly memory: { readonly idle: MemoryPair; readonly loaded: MemoryPair }
}

interface MemoryPair {
  readonly ours: ResidentMemory
  readonly theirs: ResidentMemory
}

export interface GatewayReport {
  /** Ours against itself, and against servers with no gateway in between, over so many starts of the processes. */
  readonly control: Comparison
  readonly floors: readonly Comparison[]
  readonly starts: number
  readonly results: readonly PeerResult[]
  readonly rounds: Rounds
}

/** The section of Markdown that the benchmark prints. */
export function report({ control, floors, starts, results, rounds }: GatewayReport): string {
  return [
    `Medians of ${rounds.rounds} interleaved pairs of ${rounds.seconds} s, 16 connections, with 95 % bootstrap intervals; above 1, MovieVerse is faster or cheaper.`,
    `### Requests per second, MovieVerse divided by the peer\n\n${ratios(results, ({ rate }) => rate)}`,
    `### CPU per request, the peer divided by MovieVerse\n\n${ratios(results, ({ cpu }) => cpu)}`,
    `### Requests per second (MovieVerse / peer)\n\n${rates(results)}`,
    `### Memory, MiB (resident after the start / after all loads / at most)\n\n${memory(results)}`,
    `### Control and floor, flat list of 20, ${starts} starts of both\n\n${tableOf([control, ...floors])}`,
    `### Settings\n\n${[supergraph, ...peers].map(({ name, settings }) => `- **${name}**: ${settings}`).join('\n')}`,
    ...wrongAnswers(results),
  ].join('\n\n')
}

type Pick = (comparison: Comparison) => Comparison['rate']

function ratios(results: readonly PeerResult[], pick: Pick): string {
  const means = results.map(({ comparisons }) => {
    const values = [...comparisons.values()].flatMap((one) => (typeof one === 'string' ? [] : [pick(one).median]))
    if (values.length === 0) return 'n/a'
    const missing = queries.length - values.length
    return `**${geometricMean(values).toFixed(2)}**${missing > 0 ? ` (of ${values.length})` : ''}`
  })
  const rows = queries.map((query) => [
    query.name,
    ...results.map(({ comparisons }) => cell(comparisons.get(query), (one) => show(pick(one)))),
  ])
  return table(['query', ...results.map(({ peer }) => peer.name)], [...rows, ['geometric mean', ...means]])
}

function rates(results: readonly PeerResult[]): string {
  const rows = queries.map((query) => [
    `${query.name} (${query.fetches} ${query.fetches === 1 ? 'fetch' : 'fetches'})`,
    ...results.map(({ comparisons }) =>
      cell(comparisons.get(query), ({ requestsPerSecond: { a, b } }) => `${Math.round(a)} / ${Math.round(b)}`),
    ),
  ])
  return table(['query', ...results.map(({ peer }) => peer.name)], rows)
}

function memory(results: readonly PeerResult[]): string {
  const three = (pair: PeerResult['memory'], who: keyof MemoryPair): string =>
    [pair.idle[who].now, pair.loaded[who].now, pair.loaded[who].peak].map(Math.round).join(' / ')
  return table(
    ['peer', 'peer', 'MovieVerse beside it'],
    results.map((result) => [result.peer.name, three(result.memory, 'theirs'), three(result.memory, 'ours')]),
  )
}

function wrongAnswers(results: readonly PeerResult[]): string[] {
  const lines = results.flatMap(({ peer, comparisons }) =>
    [...comparisons].flatMap(([query, one]) =>
      typeof one === 'string' ? [`- ${peer.name}, ${query.name}: \`${one}\``] : [],
    ),
  )
  return lines.length === 0 ? [] : [`### Wrong answers (n/a above)\n\n${lines.join('\n')}`]
}

function cell(comparison: Comparison | string | undefined, print: (comparison: Comparison) => string): string {
  return comparison === undefined || typeof comparison === 'string' ? 'n/a' : print(comparison)
}

function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n')
}
