import type { Knex } from 'knex'
import { bootstrapMedian, median, type Estimate } from '../support/statistics.ts'
import type { BenchQuery } from './queries.ts'

/** One query on the small and on the large catalogue. */
export interface PageTiming {
  readonly name: string
  /** Milliseconds, medians. */
  readonly small: number
  readonly large: number
  /** Large divided by small. */
  readonly ratio: Estimate
}

/** Runs the query on both databases in turn, in alternating order, after a warm-up that does not count. */
export async function timeOnBoth(query: BenchQuery, small: Knex, large: Knex, rounds: number): Promise<PageTiming> {
  for (const db of [small, large, small, large]) await query.run(db)
  const times = { small: [] as number[], large: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    for (const size of round % 2 === 0 ? (['small', 'large'] as const) : (['large', 'small'] as const)) {
      times[size].push(await timeOf(query, size === 'small' ? small : large))
    }
  }
  const ratios = times.large.map((time, index) => time / (times.small[index] ?? Number.NaN))
  return { name: query.name, small: median(times.small), large: median(times.large), ratio: bootstrapMedian(ratios) }
}

async function timeOf(query: BenchQuery, db: Knex): Promise<number> {
  const started = performance.now()
  await query.run(db)
  return performance.now() - started
}

/** A Markdown table, one row per query. */
export function timingTable(timings: readonly PageTiming[]): string {
  const head = '| query | 8,000 titles, ms | 200,000 titles, ms | ratio (95 %) |\n|---|--:|--:|---|'
  const rows = timings.map(
    ({ name, small, large, ratio }) =>
      `| ${name} | ${small.toFixed(2)} | ${large.toFixed(2)} | ${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}) |`,
  )
  return [head, ...rows].join('\n')
}
