import Sqlite from 'better-sqlite3'
import type { Knex } from 'knex'
import { dialectOf } from './dialect.ts'
import { writeDump, type DumpHeader, type DumpValue } from './dump-file.ts'
import { listTables, type DumpTable } from './dump-tables.ts'
import type { MigrationSet } from './migration-sets.ts'
import { completedMigrations } from './migrations.ts'

/**
 * Writes every row of a migration set's tables to a file, as of one moment, while others may write. Answers how many
 * rows each table had. The file restores into either dialect, at the same schema version.
 */
export async function dumpDatabase(db: Knex, path: string, set: MigrationSet = 'platform'): Promise<DumpHeader> {
  const tables = await listTables(db, set)
  const migrations = await completedMigrations(db, set)
  if (migrations.length === 0) throw new Error('the database was never migrated: there is nothing to dump')
  return withSnapshot(db, async (snapshot) => {
    const counted: DumpHeader['tables'] = []
    for (const { name, columns } of tables)
      counted.push({ name, columns: [...columns], rows: await snapshot.count(name) })
    const header = { format: 'movieverse-dump', version: 1, migrations, tables: counted } as const satisfies DumpHeader
    await writeDump(path, header, rowsOf(snapshot, tables))
    return header
  })
}

interface Snapshot {
  count(table: string): Promise<number>
  /** Rows by primary key, so that equal databases give equal files. */
  rows(table: DumpTable): AsyncIterable<DumpValue[]>
}

async function* rowsOf(snapshot: Snapshot, tables: readonly DumpTable[]): AsyncGenerator<DumpValue[]> {
  for (const table of tables) yield* snapshot.rows(table)
}

function withSnapshot<Result>(db: Knex, work: (snapshot: Snapshot) => Promise<Result>): Promise<Result> {
  return dialectOf(db) === 'mysql' ? withMysqlSnapshot(db, work) : withSqliteSnapshot(db, work)
}

function withMysqlSnapshot<Result>(db: Knex, work: (snapshot: Snapshot) => Promise<Result>): Promise<Result> {
  return db.transaction(
    (trx) =>
      work({
        async count(table) {
          const [row] = await trx(table).count({ rows: '*' })
          return Number(row?.rows)
        },
        async *rows({ name, columns, primaryKey }) {
          const stream = trx(name)
            .select([...columns])
            .orderBy([...primaryKey])
            .stream()
          for await (const row of stream) yield columns.map((column) => row[column])
        },
      }),
    { isolationLevel: 'repeatable read' },
  )
}

async function withSqliteSnapshot<Result>(db: Knex, work: (snapshot: Snapshot) => Promise<Result>): Promise<Result> {
  const connection = new Sqlite(db.client.config.connection.filename, { fileMustExist: true })
  try {
    connection.exec('begin')
    return await work({
      async count(table) {
        return Number(connection.prepare(`select count(*) from "${table}"`).pluck().get())
      },
      async *rows({ name, columns, primaryKey }) {
        const statement = connection.prepare(`select ${quoted(columns)} from "${name}" order by ${quoted(primaryKey)}`)
        for (const row of statement.raw().safeIntegers().iterate()) yield (row as SqliteValue[]).map(exactly) // raw rows are arrays
      },
    })
  } finally {
    connection.close()
  }
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ')
}

type SqliteValue = DumpValue | bigint

/** Numbers beyond 2^53 as text, as MySQL gives them: both dialects take a text for a whole number. */
function exactly(value: SqliteValue): DumpValue {
  if (typeof value !== 'bigint') return value
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
}
