/** A right on one table. */
export type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'

/** The users of the title database, one for each kind of process. */
export const databaseUsers = [
  'movieverse_catalog',
  'movieverse_region',
  'movieverse_importer',
  'movieverse_migrator',
] as const
export type DatabaseUser = (typeof databaseUsers)[number]

const reads = ['SELECT'] as const
const appends = ['SELECT', 'INSERT'] as const
const writes = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const

const everyone = { movieverse_catalog: reads, movieverse_region: reads, movieverse_importer: writes } as const
const catalogOnly = { movieverse_catalog: reads, movieverse_importer: writes } as const

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
  people: catalogOnly,
  credits: catalogOnly,
  availabilities: everyone,
  availability_languages: everyone,
  availability_overrides: { movieverse_importer: writes },
  // A log: nobody who serves or imports can change what it says.
  availability_changes: { ...everyone, movieverse_importer: appends },
  title_listings: everyone,
  search_terms: everyone,
  search_variants: everyone,
  import_runs: { movieverse_importer: writes },
}

/** The tables on which a user has rights. */
export function rightsOf(user: DatabaseUser): Array<{ readonly table: string; readonly rights: readonly Right[] }> {
  return Object.entries(rightsByTable).flatMap(([table, users]) => {
    const rights = users[user]
    return rights ? [{ table, rights }] : []
  })
}
