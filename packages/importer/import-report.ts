import type { Reject } from './layout.ts'
import type { UnmatchedSeed } from './unmatched-seeds.ts'

/** How many were new, differed from what was stored, or were there as they are. */
export interface Counts {
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
}

/** What an import did, or would do in a dry run. */
export interface ImportReport {
  readonly layout: string
  readonly isDryRun: boolean
  /** Titles and people that an earlier, killed run had applied already; their counts are included. */
  readonly resumedAfter: number
  readonly seconds: number
  /** Rows by file, headers not counted. */
  readonly read: Readonly<Record<string, number>>
  readonly people: Counts
  readonly titles: Counts
  /** Titles and people inserted or updated. */
  readonly changes: number
  readonly rejectCount: number
  /** The first thousand rejects. */
  readonly rejects: readonly Reject[]
  /** Seeded titles that no title of any import has met so far. */
  readonly unmatchedSeeds: readonly UnmatchedSeed[]
}

/** The report as lines for people. */
export function formatReport(report: ImportReport): string {
  const { titles, people } = report
  const verb = report.isDryRun ? 'would be ' : ''
  const countLine = (name: string, counts: Counts): string =>
    `${name}: ${counts.inserted} ${verb}inserted, ${counts.updated} ${verb}updated, ${counts.unchanged} unchanged`
  return [
    `${report.layout}: ${report.isDryRun ? 'dry run' : 'imported'} in ${report.seconds.toFixed(1)} s, ${report.changes} changes`,
    `read: ${Object.entries(report.read)
      .map(([file, rows]) => `${file} ${rows}`)
      .join(', ')}`,
    countLine('titles', titles),
    countLine('people', people),
    ...(report.resumedAfter > 0 ? [`resumed after ${report.resumedAfter} that a killed import had applied`] : []),
    `rejected: ${report.rejectCount}`,
    ...formatRejects(report.rejects, report.rejectCount),
    ...formatUnmatched(report.unmatchedSeeds),
  ].join('\n')
}

const linesAtMost = 50

/** One line per reject, fifty at most. */
export function formatRejects(rejects: readonly Reject[], count = rejects.length): string[] {
  const lines = rejects
    .slice(0, linesAtMost)
    .map(({ file, line, field, reason }) => `  ${file}, line ${line}, ${field}: ${reason}`)
  return count > lines.length ? [...lines, `  and ${count - lines.length} more`] : lines
}

function formatUnmatched(seeds: readonly UnmatchedSeed[]): string[] {
  if (seeds.length === 0) return []
  const near = seeds.filter((seed) => seed.reason === 'SAME_TITLE_ONLY')
  return [
    `seeded titles not matched: ${seeds.length}, of which ${near.length} share their title with an imported one`,
    ...near
      .slice(0, linesAtMost)
      .map((seed) => `  ${seed.id} ${seed.title}: other countries or directors, or not unique`),
  ]
}
