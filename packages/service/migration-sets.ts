import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The groups of migrations that live apart: `platform` holds titles and viewers, `web` accounts and sessions, `edge`
 * tokens. On SQLite each set has a file of its own, since a long write to one would stall the others; on MySQL they may
 * share a database, and then each keeps a list of migrations of its own there.
 */
export const migrationSets = ['platform', 'web', 'edge'] as const
export type MigrationSet = (typeof migrationSets)[number]

/** Where a set's migrations are and which table says what a database has had. */
export interface MigrationSetPlace {
  readonly directory: string
  readonly tableName: string
}

const migrationsDirectory = fileURLToPath(new URL('../../migrations', import.meta.url))

/** The place of a set: `migrations/` for the platform's, `migrations/<set>/` for the others. */
export function placeOf(set: MigrationSet): MigrationSetPlace {
  return set === 'platform'
    ? { directory: migrationsDirectory, tableName: 'knex_migrations' }
    : { directory: join(migrationsDirectory, set), tableName: `knex_migrations_${set}` }
}

/** The URLs that name a set's database: the first is the platform's, the others are optional. */
export interface DatabaseUrls {
  readonly DATABASE_URL: string
  readonly WEB_DATABASE_URL?: string | undefined
  readonly EDGE_DATABASE_URL?: string | undefined
}

/**
 * The URL of a set's database. Where none is given for `web` or `edge` it is the platform's on MySQL, and on SQLite a
 * file `web.sqlite` or `edge.sqlite` beside the platform's.
 */
export function databaseUrlOf(set: MigrationSet, urls: DatabaseUrls): string {
  if (set === 'platform') return urls.DATABASE_URL
  const given = set === 'web' ? urls.WEB_DATABASE_URL : urls.EDGE_DATABASE_URL
  if (given !== undefined) return given
  const platform = urls.DATABASE_URL
  if (!platform.startsWith('sqlite:')) return platform
  return `sqlite:${join(dirname(platform.slice('sqlite:'.length)), `${set}.sqlite`)}`
}
