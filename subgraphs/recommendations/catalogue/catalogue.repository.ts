import { regions } from '@movieverse/regions/regions.ts'
import { fromSqlTime } from '@movieverse/service/sql-time.ts'
import { scopes } from '@movieverse/titles/listing/listing-scopes.ts'
import type { Knex } from 'knex'

/** What ranking knows of a title. */
export interface TitleFacts {
  readonly id: number
  readonly title: string
  readonly popularity: number
  readonly releaseYear: number | null
  readonly runtimeMinutes: number | null
  /** Codes in source order. */
  readonly genres: readonly string[]
  readonly languages: readonly string[]
  readonly windows: readonly TitleWindow[]
}

/** When a region may show a title; times in milliseconds, `until` exclusive. */
export interface TitleWindow {
  readonly regionCode: string
  readonly from: number
  readonly until: number
}

/** What is looked at before every answer: both numbers change with what they stand for. */
export interface Freshness {
  readonly changeId: number
  readonly activeModelId: number | null
}

/** Reads titles as ranking needs them. */
export interface CatalogueRepository {
  /** One statement. */
  findFreshness(): Promise<Freshness>
  /** Titles whose availability changed after one change and up to another, at most `limit`. */
  listChangedTitles(after: number, upTo: number, limit: number): Promise<number[]>
  /** Ids of titles from after one on. */
  listIds(after: number, limit: number): Promise<number[]>
  /** The titles that are there; one statement for each of four tables. */
  listFacts(ids: readonly number[]): Promise<TitleFacts[]>
}

const regionScopes = new Map(regions.map(({ code }) => [scopes.region(code), code]))

export function createCatalogueRepository(db: Knex): CatalogueRepository {
  return {
    async findFreshness() {
      const [row]: Array<{ changeId?: number | null; activeModelId?: number | null }> = await db.select({
        changeId: db('availability_changes').max('id'),
        activeModelId: db('model_state').select('active_version_id').where('id', 1),
      })
      return { changeId: row?.changeId ?? 0, activeModelId: row?.activeModelId ?? null }
    },

    listChangedTitles: (after, upTo, limit) =>
      db('availability_changes')
        .distinct('title_id')
        .where('id', '>', after)
        .where('id', '<=', upTo)
        .limit(limit)
        .pluck('title_id'),

    listIds: (after, limit) => db('titles').where('id', '>', after).orderBy('id').limit(limit).pluck('id'),

    async listFacts(ids) {
      const titles: Array<Omit<TitleFacts, 'genres' | 'languages' | 'windows'>> = await db('titles')
        .select('id', 'title', 'popularity', 'release_year as releaseYear', 'runtime_minutes as runtimeMinutes')
        .whereIn('id', ids)
      const genres = await listCodes(db, 'title_genres', 'genre_code', ids)
      const languages = await listCodes(db, 'title_languages', 'language_code', ids)
      const windows = await listWindows(db, ids)
      return titles.map((title) => ({
        ...title,
        genres: genres.get(title.id)?.map(({ code }) => code) ?? [],
        languages: languages.get(title.id)?.map(({ code }) => code) ?? [],
        windows: windows.get(title.id)?.map(({ window }) => window) ?? [],
      }))
    },
  }
}

interface CodeRow {
  readonly titleId: number
  readonly code: string
}

async function listCodes(
  db: Knex,
  table: string,
  column: string,
  ids: readonly number[],
): Promise<Map<number, CodeRow[]>> {
  const rows: CodeRow[] = await db(table)
    .select('title_id as titleId', `${column} as code`)
    .whereIn('title_id', ids)
    .orderBy(['title_id', 'position', column])
  return Map.groupBy(rows, ({ titleId }) => titleId)
}

async function listWindows(
  db: Knex,
  ids: readonly number[],
): Promise<Map<number, Array<{ titleId: number; window: TitleWindow }>>> {
  const rows: Array<{ titleId: number; scope: string; from: string; until: string }> = await db('title_listings')
    .select('title_id as titleId', 'scope', 'listed_from as from', 'listed_until as until')
    .whereIn('title_id', ids)
    .whereIn('scope', [...regionScopes.keys()])
  const windows = rows.map(({ titleId, scope, from, until }) => ({
    titleId,
    window: {
      regionCode: regionScopes.get(scope) ?? '',
      from: fromSqlTime(from).getTime(),
      until: fromSqlTime(until).getTime(),
    },
  }))
  return Map.groupBy(windows, ({ titleId }) => titleId)
}
