import { loadWith, type LoadResult, type LoadTarget } from './load.ts'
import { bootstrapMedian, median, type Estimate } from './statistics.ts'

/** How two servers compare: ratios of A to B over interleaved pairs. */
export interface Comparison {
  readonly a: string
  readonly b: string
  /** Requests per second, A divided by B: above 1, A is faster. */
  readonly rate: Estimate
  /** Processor time per request, B divided by A: above 1, A is cheaper. */
  readonly cpu: Estimate
  readonly requestsPerSecond: { readonly a: number; readonly b: number }
}

/** How long a comparison takes: so many pairs of loads, and one of each before them that does not count. */
export interface Rounds {
  readonly rounds?: number
  readonly seconds?: number
  readonly warmUpSeconds?: number
}

/** A load of each server, one after the other. */
export interface Pair {
  readonly a: LoadResult
  readonly b: LoadResult
}

/**
 * Loads both servers in turn, A B, B A, A B, …, so that a drift of the machine meets both alike, after one round that
 * does not count. Comparing a target with itself is the control: it should say 1.
 */
export async function compare(a: LoadTarget, b: LoadTarget, rounds: Rounds = {}): Promise<Comparison> {
  return comparisonOf(a.name, b.name, await loadPairs(a, b, rounds))
}

/** The loads of a comparison; those of several starts of the servers together also tell how starts differ. */
export async function loadPairs(
  a: LoadTarget,
  b: LoadTarget,
  { rounds = 7, seconds = 2, warmUpSeconds = 1 }: Rounds = {},
): Promise<Pair[]> {
  await loadWith(a, warmUpSeconds)
  await loadWith(b, warmUpSeconds)
  const pairs: Pair[] = []
  for (let round = 0; round < rounds; round++) {
    const first = await loadWith(round % 2 === 0 ? a : b, seconds)
    const second = await loadWith(round % 2 === 0 ? b : a, seconds)
    pairs.push(round % 2 === 0 ? { a: first, b: second } : { a: second, b: first })
  }
  return pairs
}

export function comparisonOf(a: string, b: string, pairs: readonly Pair[]): Comparison {
  return {
    a,
    b,
    rate: bootstrapMedian(pairs.map((pair) => pair.a.requestsPerSecond / pair.b.requestsPerSecond)),
    cpu: bootstrapMedian(pairs.map((pair) => pair.b.cpuPerRequest / pair.a.cpuPerRequest)),
    requestsPerSecond: {
      a: median(pairs.map((pair) => pair.a.requestsPerSecond)),
      b: median(pairs.map((pair) => pair.b.requestsPerSecond)),
    },
  }
}

/** One row of a Markdown table per comparison. */
export function tableOf(comparisons: readonly Comparison[]): string {
  const head =
    '| A | B | requests/s A | requests/s B | rate A/B (95 %) | CPU per request B/A (95 %) |\n|---|---|--:|--:|---|---|'
  const rows = comparisons.map(
    ({ a, b, rate, cpu, requestsPerSecond }) =>
      `| ${a} | ${b} | ${Math.round(requestsPerSecond.a)} | ${Math.round(requestsPerSecond.b)} | ${show(rate)} | ${show(cpu)} |`,
  )
  return [head, ...rows].join('\n')
}

/** An estimate as tables show it. */
export function show({ median: middle, low, high }: Estimate): string {
  return `${middle.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`
}
