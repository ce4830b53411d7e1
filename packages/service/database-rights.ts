import type { MigrationSet } from './migration-sets.ts'

/** A right on one table. */
export type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'

/** The database's users, one for each kind of process. */
export const databaseUsers = [
  'movieverse_catalog',
  'movieverse_region',
  'movieverse_viewers',
  'movieverse_recommendations',
  'movieverse_importer',
  'movieverse_web',
  'movieverse_edge',
  'movieverse_migrator',
] as const
export type DatabaseUser = (typeof databaseUsers)[number]

const reads = ['SELECT'] as const
const appends = ['SELECT', 'INSERT'] as const
const writes = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const

const everyone = {
  movieverse_catalog: reads,
  movieverse_region: reads,
  movieverse_viewers: reads,
  movieverse_recommendations: reads,
  movieverse_importer: writes,
} as const
const ofPeople = { movieverse_catalog: reads, movieverse_recommendations: reads, movieverse_importer: writes } as const
// Training is part of the service.
const ofModels = { movieverse_recommendations: writes } as const
// Imports bring ratings and the viewers who gave them, and take nobody away.
const ofViewers = {
  movieverse_viewers: writes,
  movieverse_recommendations: reads,
  movieverse_importer: ['SELECT', 'INSERT', 'UPDATE'],
} as const
const viewersOnly = { movieverse_viewers: writes } as const

const webOnly = { movieverse_web: writes } as const
const edgeOnly = { movieverse_edge: writes } as const

type TableRights = Readonly<Partial<Record<DatabaseUser, readonly Right[]>>>

/**
 * What each user may do with each table, and no more. The migrator is not in it: it may do everything within this
 * database, since it creates the tables and gives the others their rights. A test holds this list against the schema.
 */
export const rightsByTable: Readonly<Record<string, TableRights>> = {
  countries: everyone,
  languages: everyone,
  genres: everyone,
  regions: everyone,
  region_countries: everyone,
  titles: everyone,
  title_countries: everyone,
  title_languages: everyone,
  title_genres: everyone,
  people: ofPeople,
  credits: ofPeople,
  availabilities: everyone,
  availability_languages: everyone,
  availability_overrides: { movieverse_importer: writes },
  // A log: nobody who serves or imports can change what it says.
  availability_changes: { ...everyone, movieverse_importer: appends },
  title_listings: everyone,
  search_terms: everyone,
  search_variants: everyone,
  // How far imports came is one of the catalog's metrics.
  import_runs: { movieverse_catalog: reads, movieverse_importer: writes },
  accounts: webOnly,
  sessions: webOnly,
  consents: webOnly,
  site_tokens: webOnly,
  sign_in_attempts: webOnly,
  edge_codes: edgeOnly,
  edge_tokens: edgeOnly,
  viewers: ofViewers,
  viewer_languages: ofViewers,
  viewer_genres: ofViewers,
  viewer_services: ofViewers,
  viewer_ratings: ofViewers,
  watchlist_entries: ofViewers,
  history_entries: ofViewers,
  hidden_titles: ofViewers,
  idempotency_keys: viewersOnly,
  erased_viewers: viewersOnly,
  model_versions: ofModels,
  model_weights: ofModels,
  model_state: ofModels,
}

/** The tables of the sets that live apart; every other table is the platform's. */
const tablesApart: Readonly<Record<Exclude<MigrationSet, 'platform'>, readonly string[]>> = {
  web: ['accounts', 'sessions', 'consents', 'sign_in_attempts', 'site_tokens'],
  edge: ['edge_codes', 'edge_tokens'],
}

/** The migration set that a table belongs to, or null for knex's own lists of migrations. */
export function setOfTable(table: string): MigrationSet | null {
  if (table.startsWith('knex_')) return null
  if (tablesApart.web.includes(table)) return 'web'
  return tablesApart.edge.includes(table) ? 'edge' : 'platform'
}

/** The tables on which a user has rights. */
export function rightsOf(user: DatabaseUser): Array<{ readonly table: string; readonly rights: readonly Right[] }> {
  return Object.entries(rightsByTable).flatMap(([table, users]) => {
    const rights = users[user]
    return rights ? [{ table, rights }] : []
  })
}
