import type { Knex } from 'knex'
import { dialectOf } from '@movieverse/service/dialect.ts'

/** A statement as knex sent it. */
export interface Statement {
  readonly sql: string
  readonly bindings: readonly Knex.RawBinding[]
}

/** Runs something and answers the statements that it sent over this pool. */
export async function statementsOf(db: Knex, run: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = []
  const listener = ({ sql, bindings }: Statement): void => void statements.push({ sql, bindings })
  db.on('query', listener)
  try {
    await run()
  } finally {
    db.removeListener('query', listener)
  }
  return statements
}

/** What the database says about how it will run a statement: one line per step, in the dialect's own words. */
export async function planOf(db: Knex, { sql, bindings }: Statement): Promise<string[]> {
  if (dialectOf(db) === 'sqlite') {
    const steps: Array<{ detail: string }> = await db.raw(`explain query plan ${sql}`, [...bindings])
    return steps.map(({ detail }) => detail)
  }
  const answer: ExplainedStep[][] = await db.raw(`explain ${sql}`, [...bindings])
  return (answer[0] ?? []).map(({ table, key, Extra }) => `${table} using ${key}: ${Extra}`)
}

/** A row of MySQL's EXPLAIN. */
interface ExplainedStep {
  readonly table: string
  readonly key: string | null
  readonly Extra: string | null
}

/** A statement with each clause on a line of its own, without quotes around names. */
export function readableSql(sql: string): string {
  return sql
    .replaceAll('`', '')
    .replace(
      / (from|where|(?<!between \? )and|order by|group by|limit|union all|union|(?:left|inner|cross) join|straight_join) /g,
      '\n$1 ',
    )
}
