import knex, { type Knex } from 'knex'
import { dialectOf } from '@movieverse/service/dialect.ts'
import { PublicError } from '@movieverse/service/errors.ts'

/** How long a list, count, facet or search may take on a database server. */
export const statementLimitMs = 3_000

/**
 * Runs a statement and gives it up after three seconds, on the server too; then throws LIMIT_EXCEEDED. SQLite runs
 * inside this process and cannot be interrupted: there only the ceilings of each query bound it.
 */
export async function runLimited<Row>(
  db: Knex,
  query: Knex.QueryBuilder | Knex.Raw,
  limitMs = statementLimitMs,
): Promise<Row[]> {
  if (dialectOf(db) !== 'mysql') return query
  try {
    return await query.timeout(limitMs, { cancel: true })
  } catch (error) {
    // The other timeout, of waiting for a connection, has no limit of a statement and is no fault of the query.
    if (!(error instanceof knex.KnexTimeoutError) || !('timeout' in error)) throw error
    throw new PublicError('LIMIT_EXCEEDED', 'the query took too long: narrow its filter', {}, { cause: error })
  }
}
