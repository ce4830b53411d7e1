import type { Knex } from 'knex'
import { dialectOf } from '@movieverse/service/dialect.ts'

/** What a column of these tables can hold on its way into the database. */
export type SqlValue = string | number | null

/** Bindings of one statement: SQLite takes 32,766, MySQL 65,535. */
const bindingsAtMost = 30_000
/** Rows of one statement; 1,000 of the widest rows stay far below MySQL's default packet of 16 MiB. */
const rowsAtMost = 1000
/** Keys of one `in (…)` list. */
const keysAtMost = 1000

/** What to do with a row whose key exists: fail, leave the stored row, or overwrite these columns of it. */
export type OnConflict<Column extends string> =
  | 'fail'
  | 'ignore'
  | { readonly key: Column | readonly Column[]; readonly merge: readonly Column[] }

/**
 * Inserts rows in as few statements as both dialects allow. Knex spells a multi-row insert on SQLite as a union of
 * selects, which SQLite limits to 500, so the statement is written here.
 */
export async function insertRows<Column extends string>(
  db: Knex,
  table: string,
  columns: readonly Column[],
  rows: ReadonlyArray<Readonly<Record<Column, SqlValue>>>,
  onConflict: OnConflict<Column> = 'fail',
): Promise<void> {
  const tuples = rows.map((row) => columns.map((column) => row[column]))
  await insertTuples(db, table, columns, tuples, onConflict)
}

/** The same for rows whose values stand in the order of the columns. */
export async function insertTuples<Column extends string>(
  db: Knex,
  table: string,
  columns: readonly Column[],
  rows: ReadonlyArray<readonly SqlValue[]>,
  onConflict: OnConflict<Column> = 'fail',
): Promise<void> {
  const insert = dialectOf(db) === 'sqlite' ? insertJson : insertValues
  const names = columns.map((column) => `\`${column}\``).join(', ')
  const ending = conflictClause(db, columns, onConflict)
  for (const chunk of chunksOf(rows, Math.min(rowsAtMost, Math.floor(bindingsAtMost / columns.length)))) {
    await insert(db, `insert into \`${table}\` (${names})`, chunk, ending)
  }
}

/** One binding for all rows: the statement is short and always the same, however many rows there are. */
async function insertJson(
  db: Knex,
  head: string,
  rows: ReadonlyArray<readonly SqlValue[]>,
  ending: string,
): Promise<void> {
  const values = rows[0]?.map((_, index) => `json_extract(value, '$[${index}]')`).join(', ')
  // `where true` keeps SQLite from reading `on conflict` as part of a join.
  await db.raw(`${head} select ${values} from json_each(?) where true${ending}`, [JSON.stringify(rows)])
}

async function insertValues(
  db: Knex,
  head: string,
  rows: ReadonlyArray<readonly SqlValue[]>,
  ending: string,
): Promise<void> {
  const one = `(${(rows[0] ?? []).map(() => '?').join(', ')})`
  await db.raw(`${head} values ${rows.map(() => one).join(', ')}${ending}`, rows.flat())
}

function conflictClause(db: Knex, columns: readonly string[], onConflict: OnConflict<string>): string {
  if (onConflict === 'fail') return ''
  const isMysql = dialectOf(db) === 'mysql'
  if (onConflict === 'ignore') {
    // Not `insert ignore`: that would also swallow broken references and cut long values.
    return isMysql ? ` on duplicate key update \`${columns[0]}\` = \`${columns[0]}\`` : ' on conflict do nothing'
  }
  const assign = onConflict.merge
    .map((c) => `\`${c}\` = ${isMysql ? `values(\`${c}\`)` : `excluded.\`${c}\``}`)
    .join(', ')
  const key = [onConflict.key].flat().join('`, `')
  return isMysql ? ` on duplicate key update ${assign}` : ` on conflict (\`${key}\`) do update set ${assign}`
}

/** Runs a select for the keys in lists that both dialects take, and answers all its rows. */
export async function selectIn<Key extends SqlValue, Row>(
  keys: readonly Key[],
  select: (keys: readonly Key[]) => PromiseLike<Row[]>,
): Promise<Row[]> {
  const rows: Row[] = []
  for (const chunk of chunksOf(keys, keysAtMost)) rows.push(...(await select(chunk)))
  return rows
}

/** Deletes the rows of the titles from each of the tables. */
export async function deleteOfTitles(trx: Knex, tables: readonly string[], titleIds: readonly number[]): Promise<void> {
  for (const chunk of chunksOf(titleIds, keysAtMost)) {
    for (const table of tables) await trx(table).whereIn('title_id', chunk).delete()
  }
}

/** The values in order, in runs of at most `size`. */
export function chunksOf<Value>(values: readonly Value[], size: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  )
}

/**
 * Runs the work in a transaction that writes. On SQLite it takes the write lock first: a transaction that read before
 * it writes fails at once when another process wrote in between, instead of waiting for its turn.
 */
export async function inWriteTransaction<Result>(
  db: Knex,
  work: (trx: Knex.Transaction) => Promise<Result>,
): Promise<Result> {
  return db.transaction(async (trx) => {
    if (dialectOf(trx) === 'sqlite') await trx.raw('update titles set id = id where 1 = 0')
    return work(trx)
  })
}
