import type { Knex } from 'knex'
import { setOfTable } from './database-rights.ts'
import { dialectOf } from './dialect.ts'
import type { MigrationSet } from './migration-sets.ts'

/** A table as a dump sees it. */
export interface DumpTable {
  readonly name: string
  /** Stored columns in the order of the schema; generated ones are left out. */
  readonly columns: readonly string[]
  readonly primaryKey: readonly string[]
}

interface Reference {
  readonly from: string
  readonly to: string
}

/**
 * Every table of a migration set, each after the tables that its foreign keys point to. Throws where those form a
 * circle.
 */
export async function listTables(db: Knex, set: MigrationSet = 'platform'): Promise<DumpTable[]> {
  const { tables, references } = dialectOf(db) === 'mysql' ? await readMysqlSchema(db) : await readSqliteSchema(db)
  const ours = tables.filter(({ name }) => setOfTable(name) === set)
  return inOrderOfReferences(
    ours.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    references,
  )
}

interface Schema {
  readonly tables: DumpTable[]
  readonly references: Reference[]
}

interface ColumnRow {
  readonly tableName: string
  readonly name: string
  readonly columnKey: string
}

async function readMysqlSchema(db: Knex): Promise<Schema> {
  const here = db.raw('table_schema = database()')
  const rows: ColumnRow[] = await db('information_schema.columns')
    .select('table_name as tableName', 'column_name as name', 'column_key as columnKey')
    .where(here)
    .whereNot('table_name', 'like', 'knex%')
    .whereNot('extra', 'like', '%GENERATED%')
    .orderBy(['table_name', 'ordinal_position'])
  const references: Reference[] = await db('information_schema.key_column_usage')
    .select('table_name as from', 'referenced_table_name as to')
    .where(here)
    .whereNotNull('referenced_table_name')
  const tables = [...Map.groupBy(rows, ({ tableName }) => tableName)].map(([name, columns]) => ({
    name,
    columns: columns.map((column) => column.name),
    primaryKey: columns.filter(({ columnKey }) => columnKey === 'PRI').map((column) => column.name),
  }))
  return { tables, references }
}

async function readSqliteSchema(db: Knex): Promise<Schema> {
  const names: string[] = await db('sqlite_master')
    .where({ type: 'table' })
    .whereNot('name', 'like', 'sqlite%')
    .whereNot('name', 'like', 'knex%')
    .pluck('name')
  const tables: DumpTable[] = []
  const references: Reference[] = []
  for (const name of names) {
    const columns: { name: string; pk: number }[] = await db.raw('select name, pk from pragma_table_info(?)', [name])
    const primaryKey = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk)
    tables.push({
      name,
      columns: columns.map((column) => column.name),
      primaryKey: primaryKey.map((column) => column.name),
    })
    const targets: { table: string }[] = await db.raw('select "table" from pragma_foreign_key_list(?)', [name])
    references.push(...targets.map(({ table }) => ({ from: name, to: table })))
  }
  return { tables, references }
}

function inOrderOfReferences(tables: readonly DumpTable[], references: readonly Reference[]): DumpTable[] {
  const ordered: DumpTable[] = []
  let left = tables
  while (left.length > 0) {
    const names = new Set(left.map(({ name }) => name))
    const waiting = new Set(references.filter(({ from, to }) => from !== to && names.has(to)).map(({ from }) => from))
    const ready = left.filter(({ name }) => !waiting.has(name))
    if (ready.length === 0) throw new Error(`the foreign keys of ${[...names].join(', ')} form a circle`)
    ordered.push(...ready)
    left = left.filter(({ name }) => waiting.has(name))
  }
  return ordered
}
