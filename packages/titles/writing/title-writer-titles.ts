import type { Knex } from 'knex'
import type { TitleFacts } from './title-writer-facts.ts'
import type { MatchedTitle } from './title-writer-matching.ts'
import { insertRows, selectIn } from './bulk-rows.ts'

/** A title's facts with the id they are stored under. */
export type WrittenTitle = TitleFacts & { readonly id: number }

/** Inserts and updates the rows of `titles`; answers the facts with the ids they are stored under. */
export async function writeTitleRows(
  trx: Knex.Transaction,
  changed: readonly MatchedTitle[],
  now: string,
): Promise<WrittenTitle[]> {
  const fresh = changed.filter(({ stored }) => !stored).map(({ facts }) => facts)
  const known = changed.flatMap(({ facts, stored }) => (stored ? [{ facts, stored }] : []))
  await insertRows(
    trx,
    'titles',
    titleColumns,
    fresh.map((facts) => titleRowOf(facts, now)),
  )
  const rows = known.map(({ facts, stored }) => ({
    ...titleRowOf(facts, now),
    id: stored.id,
    imdb_id: facts.imdbId ?? stored.imdb_id,
  }))
  const merge = titleColumns.filter((column) => column !== 'created_at')
  await insertRows(trx, 'titles', ['id', ...titleColumns], rows, { key: 'id', merge })
  const ids = await idsOfFresh(trx, fresh)
  return [
    ...fresh.map((facts) => ({ ...facts, id: getId(ids, facts) })),
    ...known.map(({ facts, stored }) => ({ ...facts, id: stored.id })),
  ]
}

/** MySQL has no RETURNING: inserted rows are found again by id at IMDb, or by title and fingerprint. */
async function idsOfFresh(trx: Knex.Transaction, fresh: readonly TitleFacts[]): Promise<Map<string, number>> {
  const imdbIds = fresh.flatMap((facts) => facts.imdbId ?? [])
  const sortTitles = [...new Set(fresh.filter((facts) => facts.imdbId === null).map((facts) => facts.sortTitle))]
  type Row = { id: number; imdb_id: string | null; fingerprint: string }
  const fields = ['id', 'imdb_id', 'fingerprint']
  const byImdbId = await selectIn(imdbIds, (chunk) => trx('titles').whereIn('imdb_id', chunk).select<Row[]>(fields))
  const byTitle = await selectIn(sortTitles, (chunk) =>
    trx('titles').whereIn('sort_title', chunk).whereNull('imdb_id').select<Row[]>(fields),
  )
  return new Map([...byImdbId, ...byTitle].map((row) => [row.imdb_id ?? row.fingerprint, row.id]))
}

function getId(ids: ReadonlyMap<string, number>, facts: TitleFacts): number {
  const id = ids.get(facts.imdbId ?? facts.fingerprint)
  if (id === undefined) throw new Error(`title ${facts.title} was inserted but not found again`)
  return id
}

function titleRowOf(facts: TitleFacts, now: string): Record<(typeof titleColumns)[number], string | number | null> {
  return {
    imdb_id: facts.imdbId,
    title: facts.title,
    sort_title: facts.sortTitle,
    original_title: facts.originalTitle,
    release_year: facts.releaseYear,
    published_on: facts.publishedOn,
    runtime_minutes: facts.runtimeMinutes,
    production_company: facts.productionCompany,
    gross_minor: facts.grossMinor,
    gross_currency: facts.grossCurrency,
    average_rating: facts.averageRating,
    votes: facts.votes,
    popularity: facts.popularity,
    fingerprint: facts.fingerprint,
    created_at: now,
    updated_at: now,
  }
}

const titleColumns = [
  'imdb_id',
  'title',
  'sort_title',
  'original_title',
  'release_year',
  'published_on',
  'runtime_minutes',
  'production_company',
  'gross_minor',
  'gross_currency',
  'average_rating',
  'votes',
  'popularity',
  'fingerprint',
  'created_at',
  'updated_at',
] as const
