import { dialectOf } from '@movieverse/service/dialect.ts'
import { readReferenceData } from '@movieverse/titles/reference/reference-data.ts'
import { writeReferenceData } from '@movieverse/titles/reference/reference-writer.ts'
import { syncRegions } from '@movieverse/titles/reference/regions-writer.ts'
import { planPeople, writePeople } from '@movieverse/titles/writing/title-writer-people.ts'
import { inWriteTransaction } from '@movieverse/titles/writing/bulk-rows.ts'
import { planTitles, writeTitles } from '@movieverse/titles/writing/title-writer.ts'
import type { Knex } from 'knex'
import { batchesOf, createBatchSizer } from './batches.ts'
import { ImportError } from './import-error.ts'
import type { Counts, ImportReport } from './import-report.ts'
import {
  add,
  claimRun,
  failRun,
  finishRun,
  openRun,
  saveCheckpoint,
  totalOf,
  type Checkpoint,
  type ImportRun,
} from './import-runs.ts'
import type { Layout, Reject, Source } from './layout.ts'
import { referenceNamesOf } from './reference-names.ts'
import { listUnmatchedSeeds } from './unmatched-seeds.ts'

export interface ImportOptions {
  readonly isDryRun?: boolean
  /** Rows that may be rejected without refusing the whole import; none by default. */
  readonly allowedRejects?: number
  readonly onProgress?: (step: 'checking' | 'people' | 'titles', done: number, total: number) => void
}

/**
 * Imports a catalogue in two passes: the first checks every file and writes nothing, the second applies people and
 * titles in batches, each with its checkpoint in one transaction, so that a killed import goes on where it was.
 * Throws an ImportError that its reader can act on; until pass 1 is through, the database is as it was.
 */
export async function runImport(
  db: Knex,
  layout: Layout,
  path: string,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const { isDryRun = false, allowedRejects = 0, onProgress = () => {} } = options
  const startedAt = performance.now()
  await requireSchema(db)
  const { source, rejects, rejectCount } = await check(layout, path, allowedRejects, onProgress)
  const applied = isDryRun ? await plan(db, source, onProgress) : await apply(db, layout, source, onProgress)
  const { people, titles } = applied.counts
  const report: ImportReport = {
    layout: layout.name,
    isDryRun,
    resumedAfter: applied.resumedAfter,
    seconds: Math.round(performance.now() - startedAt) / 1000,
    read: source.rowsRead,
    people,
    titles,
    changes: people.inserted + people.updated + titles.inserted + titles.updated,
    rejectCount,
    rejects,
    unmatchedSeeds: await listUnmatchedSeeds(db, applied.metIds),
  }
  if (applied.runId !== undefined) await finishRun(db, applied.runId, report)
  return report
}

type OnProgress = NonNullable<ImportOptions['onProgress']>

interface Applied {
  readonly counts: Checkpoint
  readonly resumedAfter: number
  /** Only when something was written. */
  readonly runId?: number
  /** Stored titles that the source holds, where they still carry what they held before. */
  readonly metIds: ReadonlySet<number>
}

async function requireSchema(db: Knex): Promise<void> {
  if (await db.schema.hasTable('import_runs')) return
  throw new ImportError('NO_SCHEMA', 'the database has no tables yet: run "pnpm db:migrate" first')
}

const rejectsKept = 1000

async function check(
  layout: Layout,
  path: string,
  allowed: number,
  onProgress: OnProgress,
): Promise<{ source: Source; rejects: Reject[]; rejectCount: number }> {
  const names = referenceNamesOf(await readReferenceData())
  const rejects: Reject[] = []
  let rejectCount = 0
  const source = await layout.validate(path, names, {
    onBytes: (done, total) => onProgress('checking', done, total),
    onReject(reject) {
      rejectCount += 1
      if (rejects.length < rejectsKept) rejects.push(reject)
    },
  })
  if (rejectCount > allowed) {
    const message = `${rejectCount} rows cannot be taken and ${allowed} may be left out (--allow-rejects)`
    throw new ImportError('TOO_MANY_REJECTS', message, { rejects })
  }
  return { source, rejects, rejectCount }
}

async function apply(db: Knex, layout: Layout, source: Source, onProgress: OnProgress): Promise<Applied> {
  await writeReferenceData(db, await readReferenceData())
  await syncRegions(db, new Date())
  const run = await openRun(db, layout.name, source.fingerprint)
  const resumedAfter = totalOf(run.checkpoint.people) + totalOf(run.checkpoint.titles)
  try {
    const afterPeople = await applyAll(db, run, 'people', source.people(), writePeople, (done) =>
      onProgress('people', done, source.peopleCount),
    )
    const now = new Date()
    const write = (trx: Knex.Transaction, titles: Parameters<typeof writeTitles>[1]) => writeTitles(trx, titles, now)
    const afterTitles = await applyAll(db, afterPeople, 'titles', source.titles(), write, (done) =>
      onProgress('titles', done, source.titleCount),
    )
    return { counts: afterTitles.checkpoint, resumedAfter, runId: run.id, metIds: new Set() }
  } catch (error) {
    if (error instanceof ImportError && error.code === 'SOURCE_CHANGED') await failRun(db, run.id, error)
    throw error
  }
}

/** Applies all items of one kind from the run's checkpoint on; answers the run with its last checkpoint. */
async function applyAll<Item>(
  db: Knex,
  run: ImportRun,
  kind: keyof Checkpoint,
  items: Iterable<Item> | AsyncIterable<Item>,
  write: (trx: Knex.Transaction, batch: readonly Item[]) => Promise<Counts>,
  onDone: (done: number) => void,
): Promise<ImportRun> {
  const sizer = createBatchSizer(dialectOf(db))
  let current = run
  for await (const batch of batchesOf(items, totalOf(run.checkpoint[kind]), sizer)) {
    const startedAt = performance.now()
    const checkpoint = await inWriteTransaction(db, async (trx) => {
      await claimRun(trx, current)
      const counts = await write(trx, batch)
      const next = { ...current.checkpoint, [kind]: add(current.checkpoint[kind], counts) }
      await saveCheckpoint(trx, current.id, next)
      return next
    })
    sizer.took(performance.now() - startedAt)
    current = { ...current, checkpoint }
    onDone(totalOf(checkpoint[kind]))
  }
  return current
}

/** A dry run: compares everything with what is stored. */
async function plan(db: Knex, source: Source, onProgress: OnProgress): Promise<Applied> {
  const metIds = new Set<number>()
  let counts: Checkpoint = { people: nothing, titles: nothing }
  const sizer = { size: 500 }
  for await (const people of batchesOf(source.people(), 0, sizer)) {
    counts = { ...counts, people: add(counts.people, await planPeople(db, people)) }
    onProgress('people', totalOf(counts.people), source.peopleCount)
  }
  for await (const titles of batchesOf(source.titles(), 0, sizer)) {
    const { matchedIds, ...planned } = await planTitles(db, titles)
    counts = { ...counts, titles: add(counts.titles, planned) }
    for (const id of matchedIds) metIds.add(id)
    onProgress('titles', totalOf(counts.titles), source.titleCount)
  }
  return { counts, resumedAfter: 0, metIds }
}

const nothing: Counts = { inserted: 0, updated: 0, unchanged: 0 }
