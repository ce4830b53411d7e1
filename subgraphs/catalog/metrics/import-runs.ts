import { fromSqlTime } from '@movieverse/service/sql-time.ts'
import type { Meters } from '@movieverse/service/metrics.ts'
import type { Knex } from 'knex'

/** How an import's checkpoint counts, by what it counts: people, titles, viewers, ratings. */
type Checkpoint = Readonly<Record<string, Readonly<Record<string, number>>>>

interface LatestRun {
  readonly layout: string
  readonly state: string
  readonly checkpoint: string
  readonly updatedAt: string
}

/** Shows how far the latest import of each layout is. Imports are commands, which nobody scrapes: their rows tell. */
export function measureImports({ meters }: { readonly meters: Meters }, db: Knex): void {
  let reading: Promise<LatestRun[]> | undefined
  // Two metrics of one scrape share a statement.
  const latest = (): Promise<LatestRun[]> => (reading ??= latestRuns(db).finally(() => (reading = undefined)))
  meters.gauges(
    {
      name: 'movieverse_import_rows',
      help: 'What the latest import of a layout has applied so far.',
      labelNames: ['layout', 'kind', 'outcome'],
    },
    async () => (await latest()).flatMap(rowsOf),
  )
  meters.gauges(
    {
      name: 'movieverse_import_updated_timestamp_seconds',
      help: 'When the latest import of a layout last moved, by what became of it.',
      labelNames: ['layout', 'state'],
    },
    async () =>
      (await latest()).map(
        ({ layout, state, updatedAt }) => [{ layout, state }, fromSqlTime(updatedAt).getTime() / 1000] as const,
      ),
  )
}

async function latestRuns(db: Knex): Promise<LatestRun[]> {
  return db('import_runs')
    .select('layout', 'state', 'checkpoint', 'updated_at as updatedAt')
    .whereIn('id', db('import_runs').max('id').groupBy('layout'))
}

function rowsOf({ layout, checkpoint }: LatestRun) {
  // `as`: the importer writes it, and nobody else may.
  const counts = JSON.parse(checkpoint) as Checkpoint
  return Object.entries(counts).flatMap(([kind, byOutcome]) =>
    Object.entries(byOutcome).map(([outcome, count]) => [{ layout, kind, outcome }, count] as const),
  )
}
