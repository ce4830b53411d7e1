import { toSqlTime } from '@movieverse/service/sql-time.ts'
import type { Knex } from 'knex'
import { ImportError } from './import-error.ts'
import type { Counts, ImportReport } from './import-report.ts'

/** How far an import came: people first, then titles; both counts go up with what they stand for. */
export interface Checkpoint {
  readonly people: Counts
  readonly titles: Counts
}

/** An import that is under way. */
export interface ImportRun {
  readonly id: number
  readonly checkpoint: Checkpoint
}

const nothing: Counts = { inserted: 0, updated: 0, unchanged: 0 }

/** How many a checkpoint's counts stand for. */
export function totalOf({ inserted, updated, unchanged }: Counts): number {
  return inserted + updated + unchanged
}

/** The sum of two counts. */
export function add(a: Counts, b: Counts): Counts {
  return {
    inserted: a.inserted + b.inserted,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
  }
}

/** The unfinished import of the same files, or a new one. */
export async function openRun(db: Knex, layout: string, fingerprint: string): Promise<ImportRun> {
  const source = { layout, source_fingerprint: fingerprint, state: 'RUNNING' }
  const unfinished = () =>
    db('import_runs').where(source).orderBy('id', 'desc').first<StoredRun | undefined>('id', 'checkpoint')
  const found = await unfinished()
  if (found) return { id: found.id, checkpoint: JSON.parse(found.checkpoint) as Checkpoint } // `as`: written below
  const now = toSqlTime(new Date())
  const checkpoint: Checkpoint = { people: nothing, titles: nothing }
  await db('import_runs').insert({
    ...source,
    checkpoint: JSON.stringify(checkpoint),
    started_at: now,
    updated_at: now,
  })
  const made = await unfinished()
  if (!made) throw new Error('the import run was inserted but not found again')
  return { id: made.id, checkpoint }
}

interface StoredRun {
  readonly id: number
  readonly checkpoint: string
}

/**
 * Takes the run's row for the rest of the transaction. Throws an ImportError ALREADY_RUNNING where another process
 * has moved its checkpoint meanwhile.
 */
export async function claimRun(trx: Knex.Transaction, { id, checkpoint }: ImportRun): Promise<void> {
  const claimed = await trx('import_runs')
    .where({ id, state: 'RUNNING', checkpoint: JSON.stringify(checkpoint) })
    .update({ updated_at: toSqlTime(new Date()) })
  if (claimed === 0) throw new ImportError('ALREADY_RUNNING', 'another import of the same files is running')
}

/** Moves the checkpoint; in the transaction that applies what it stands for. */
export async function saveCheckpoint(trx: Knex.Transaction, id: number, checkpoint: Checkpoint): Promise<void> {
  await trx('import_runs')
    .where({ id })
    .update({ checkpoint: JSON.stringify(checkpoint) })
}

/** Ends the run with its report. */
export async function finishRun(db: Knex, id: number, report: ImportReport): Promise<void> {
  const { rejects: _listed, unmatchedSeeds: _named, ...summary } = report
  await db('import_runs')
    .where({ id })
    .update({ state: 'DONE', report: JSON.stringify(summary), updated_at: toSqlTime(new Date()) })
}

/** Ends the run as failed, so that the next import of these files starts anew. */
export async function failRun(db: Knex, id: number, error: ImportError): Promise<void> {
  await db('import_runs')
    .where({ id })
    .update({
      state: 'FAILED',
      report: JSON.stringify({ code: error.code, message: error.message }),
      updated_at: toSqlTime(new Date()),
    })
}
