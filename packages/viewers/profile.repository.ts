import type { GenreRow, LanguageRow } from '@movieverse/titles/rows.ts'
import type { Knex } from 'knex'
import type { ProfileRow } from './rows.ts'

/** The lists of a viewer's profile, each in the viewer's own order. Each method is one statement. */
export interface ProfileRepository {
  listLanguages(viewerId: number): Promise<LanguageRow[]>
  listGenres(viewerId: number): Promise<GenreRow[]>
  listServices(viewerId: number): Promise<string[]>
}

export function createProfileRepository(db: Knex): ProfileRepository {
  return {
    listLanguages: (viewerId) => listNamed(db, viewerId, 'viewer_languages', 'languages', 'language_code'),
    listGenres: (viewerId) => listNamed(db, viewerId, 'viewer_genres', 'genres', 'genre_code'),
    listServices: (viewerId) =>
      db('viewer_services').where('viewer_id', viewerId).orderBy(['position', 'service_code']).pluck('service_code'),
  }
}

/** The three lists as codes. One statement. */
export async function findProfile(db: Knex, viewerId: number): Promise<ProfileRow> {
  const part = (list: keyof ProfileRow, table: string, column: string): Knex.QueryBuilder =>
    db(table)
      .select(db.raw('? as list', [list]), `${column} as code`, 'position')
      .where('viewer_id', viewerId)
  const parts = part('languages', 'viewer_languages', 'language_code').unionAll([
    part('genres', 'viewer_genres', 'genre_code'),
    part('services', 'viewer_services', 'service_code'),
  ])
  const rows: Array<{ list: keyof ProfileRow; code: string; position: number }> = await parts
  const codesOf = (list: keyof ProfileRow): string[] =>
    rows
      .filter((row) => row.list === list)
      .toSorted((a, b) => a.position - b.position)
      .map(({ code }) => code)
  return { languages: codesOf('languages'), genres: codesOf('genres'), services: codesOf('services') }
}

interface Named {
  readonly code: string
  readonly name: string
}

async function listNamed(
  db: Knex,
  viewerId: number,
  link: string,
  table: string,
  codeColumn: string,
): Promise<Named[]> {
  return db(`${link} as link`)
    .join(`${table} as named`, 'named.code', `link.${codeColumn}`)
    .select('named.code as code', 'named.name as name')
    .where('link.viewer_id', viewerId)
    .orderBy(['link.position', 'named.code'])
}
