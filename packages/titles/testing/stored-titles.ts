import type { Knex } from 'knex'
import { always } from '../listing/listing-scopes.ts'
import type { TestTitle, TestWindow } from './generated-titles.ts'

interface CodeRow {
  readonly titleId: number
  readonly code: string
}

/** Reads a whole catalogue into memory, from the tables that hold facts and from none that lists and searches read. */
export async function readStoredTitles(db: Knex): Promise<TestTitle[]> {
  const rows: StoredRow[] = await db('titles').select('*')
  const [countries, languages, genres] = await Promise.all([
    readCodes(db, 'title_countries', 'country_code'),
    readCodes(db, 'title_languages', 'language_code'),
    readCodes(db, 'title_genres', 'genre_code'),
  ])
  const windows: Array<TestWindow & { titleId: number }> = await db('availabilities')
    .select('title_id as titleId', 'region_code as region', 'available_from as from')
    .select(db.raw('coalesce(available_until, ?) as until', [always.until]))
  const windowsOf = Map.groupBy(windows, (window) => window.titleId)
  return rows.map((row) => ({
    id: row.id,
    title: row.title,
    originalTitle: row.original_title,
    releaseYear: row.release_year,
    publishedOn: row.published_on,
    runtimeMinutes: row.runtime_minutes,
    averageRating: row.average_rating,
    votes: row.votes,
    popularity: row.popularity,
    countries: countries.get(row.id) ?? [],
    languages: languages.get(row.id) ?? [],
    genres: genres.get(row.id) ?? [],
    windows: windowsOf.get(row.id) ?? [],
  }))
}

interface StoredRow {
  readonly id: number
  readonly title: string
  readonly original_title: string | null
  readonly release_year: number | null
  readonly published_on: string | null
  readonly runtime_minutes: number | null
  readonly average_rating: number | null
  readonly votes: number | null
  readonly popularity: number
}

async function readCodes(db: Knex, table: string, column: string): Promise<Map<number, string[]>> {
  const rows: CodeRow[] = await db(table)
    .select('title_id as titleId', `${column} as code`)
    .orderBy(['title_id', 'position'])
  const groups = Map.groupBy(rows, (row) => row.titleId)
  return new Map([...groups].map(([titleId, group]) => [titleId, group.map((row) => row.code)]))
}
