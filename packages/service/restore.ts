import type { Knex } from 'knex'
import { dialectOf } from './dialect.ts'
import { DumpError, readHeader, readRows, verifyDump, type DumpHeader, type DumpRow } from './dump-file.ts'
import { listTables } from './dump-tables.ts'
import type { MigrationSet } from './migration-sets.ts'
import { completedMigrations } from './migrations.ts'

export interface RestoreOptions {
  /** Deletes what the database holds, in the same transaction. */
  readonly replace?: boolean
  /** Which migration set the dump is of; the platform's by default. */
  readonly set?: MigrationSet
}

/**
 * Puts the rows of a dump into a migrated database of either dialect, in one transaction: all of them or none. Answers
 * the dump's header. Throws before anything is written where the file is truncated or altered, comes from another
 * schema version, or the database holds rows already and `replace` is not asked for.
 */
export async function restoreDatabase(
  db: Knex,
  path: string,
  { replace = false, set = 'platform' }: RestoreOptions = {},
): Promise<DumpHeader> {
  const header = await readHeader(path)
  await assertSameSchema(db, path, header, set)
  await verifyDump(path)
  await db.transaction(async (trx) => {
    const names = header.tables.map(({ name }) => name)
    if (replace) for (const name of names.toReversed()) await trx(name).delete()
    else await assertEmpty(trx, names)
    await insertRows(trx, header, readRows(path))
  })
  return header
}

async function assertSameSchema(db: Knex, path: string, header: DumpHeader, set: MigrationSet): Promise<void> {
  const migrations = await completedMigrations(db, set)
  if (migrations.length === 0) throw new Error('the database was never migrated: run pnpm db:migrate first')
  const missing = header.migrations.filter((name) => !migrations.includes(name))
  const extra = migrations.filter((name) => !header.migrations.includes(name))
  const difference = [
    missing.length > 0 && `lacks ${missing.join(', ')}`,
    extra.length > 0 && `also has ${extra.join(', ')}`,
  ]
  const text = difference.filter(Boolean).join(' and ')
  if (text) throw new DumpError(`${path} is of another schema version: the database ${text}`)
  if (columnsOf(await listTables(db, set)) !== columnsOf(header.tables))
    throw new DumpError(`${path} has other tables or columns than the database`)
}

function columnsOf(tables: readonly { name: string; columns: readonly string[] }[]): string {
  return tables
    .map(({ name, columns }) => `${name}(${columns.toSorted().join()})`)
    .toSorted()
    .join()
}

async function assertEmpty(trx: Knex.Transaction, names: readonly string[]): Promise<void> {
  const full: string[] = []
  for (const name of names) if (await trx(name).first()) full.push(name)
  if (full.length > 0) throw new Error(`the database holds rows (${full.join(', ')}): --replace deletes them first`)
}

/** SQLite takes so many values in a statement, and a statement so long costs MySQL no second packet. */
const valuesPerStatement = 8000

async function insertRows(trx: Knex.Transaction, header: DumpHeader, rows: AsyncIterable<DumpRow>): Promise<void> {
  let table = -1
  let batch: DumpRow[] = []
  const flush = async (): Promise<void> => {
    const { name, columns } = header.tables[table] ?? {}
    if (name && columns && batch.length > 0) await insertBatch(trx, name, columns, batch)
    batch = []
  }
  for await (const row of rows) {
    if (row.table !== table || (batch.length + 1) * row.values.length > valuesPerStatement) await flush()
    table = row.table
    batch.push(row)
  }
  await flush()
}

// By hand, since knex builds one object and one binding by name for every value.
async function insertBatch(
  trx: Knex.Transaction,
  table: string,
  columns: readonly string[],
  rows: readonly DumpRow[],
): Promise<void> {
  const quote = dialectOf(trx) === 'mysql' ? '`' : '"'
  const names = columns.map((name) => quote + name + quote).join(', ')
  const group = `(${columns.map(() => '?').join(', ')})`
  const sql = `insert into ${quote}${table}${quote} (${names}) values ${rows.map(() => group).join(', ')}`
  await trx.raw(sql, rows.flatMap(({ values }) => values) as Knex.RawBinding[]) // bytes, texts, numbers and null are bindings
}
