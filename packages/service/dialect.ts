import type { Knex } from 'knex'

/** The two SQL dialects that every migration, seed and repository runs on. */
export type Dialect = 'mysql' | 'sqlite'

/** Which dialect a connection or transaction speaks. */
export function dialectOf(db: Knex): Dialect {
  return db.client.config.client === 'mysql2' ? 'mysql' : 'sqlite'
}
