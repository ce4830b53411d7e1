import type { Knex } from 'knex'
import { regions } from '@movieverse/regions/regions.ts'
import { migrate } from '@movieverse/service/migrations.ts'
import { fold, termsOf } from '../search/folding.ts'
import { always, everyTitle, scopes } from '../listing/listing-scopes.ts'
import { sortKeysOf, type SortKeys } from '../listing/sort-keys.ts'
import { variantsOf } from '../search/typing-errors.ts'
import { testCountries, testGenres, testLanguages, type TestTitle } from './generated-titles.ts'

const writtenAt = '2026-01-01 00:00:00.000'

/** Migrates an empty database and fills it with the titles, all their listings and search terms. */
export async function createCatalogue(db: Knex, titles: readonly TestTitle[]): Promise<void> {
  await migrate(db)
  await insertAll(
    db,
    'countries',
    testCountries.map((code) => ({ code, name: `Country ${code}`, standard: 'ISO 3166-1' })),
  )
  await insertAll(
    db,
    'languages',
    testLanguages.map((code) => ({ code, name: `Language ${code}` })),
  )
  await insertAll(
    db,
    'genres',
    testGenres.map((code) => ({ code, name: `Genre ${code}` })),
  )
  await insertAll(
    db,
    'regions',
    regions.map(({ code, slug, name, label, currency }) => ({ code, slug, name, label, currency })),
  )
  await insertTitles(db, titles)
  const terms = new Set(titles.flatMap(({ title, originalTitle }) => termsOf(title, originalTitle)))
  await insertAll(
    db,
    'search_variants',
    [...terms].flatMap((term) => variantsOf(term).map((variant) => ({ variant, term }))),
  )
}

/** Adds titles to a catalogue whose vocabulary has their words already. */
export async function insertTitles(db: Knex, titles: readonly TestTitle[]): Promise<void> {
  await db.transaction(async (trx) => {
    await insertAll(trx, 'titles', titles.map(toTitleRow))
    await insertAll(trx, 'title_countries', linksOf(titles, 'countries', 'country_code'))
    await insertAll(trx, 'title_languages', linksOf(titles, 'languages', 'language_code'))
    await insertAll(trx, 'title_genres', linksOf(titles, 'genres', 'genre_code'))
    await insertAll(trx, 'title_listings', titles.flatMap(toListingRows))
    await insertAll(trx, 'search_terms', titles.flatMap(toTermRows))
  })
}

/** The ordering keys of a title. */
export function keysOf(title: TestTitle): SortKeys {
  return sortKeysOf({ ...title, sortTitle: fold(title.title) })
}

async function insertAll(db: Knex, table: string, rows: readonly object[]): Promise<void> {
  for (let from = 0; from < rows.length; from += 500) await db(table).insert(rows.slice(from, from + 500))
}

function toTitleRow(title: TestTitle): object {
  return {
    id: title.id,
    title: title.title,
    sort_title: fold(title.title),
    original_title: title.originalTitle,
    release_year: title.releaseYear,
    published_on: title.publishedOn,
    runtime_minutes: title.runtimeMinutes,
    average_rating: title.averageRating,
    votes: title.votes,
    popularity: title.popularity,
    created_at: writtenAt,
    updated_at: writtenAt,
  }
}

function linksOf(titles: readonly TestTitle[], list: 'countries' | 'languages' | 'genres', column: string): object[] {
  return titles.flatMap((title) =>
    title[list].map((code, position) => ({ title_id: title.id, [column]: code, position })),
  )
}

function toListingRows(title: TestTitle): object[] {
  const keys = keysOf(title)
  const lasting = [
    everyTitle,
    ...title.countries.map(scopes.country),
    ...title.languages.map(scopes.language),
    ...title.genres.map(scopes.genre),
  ].map((scope) => ({ scope, from: always.from, until: always.until }))
  const windows = title.windows.map(({ region, from, until }) => ({ scope: scopes.region(region), from, until }))
  return [...lasting, ...windows].map(({ scope, from, until }) => ({
    scope,
    title_id: title.id,
    listed_from: from,
    listed_until: until,
    ...keys,
  }))
}

function toTermRows(title: TestTitle): object[] {
  const { popularity_key } = keysOf(title)
  return termsOf(title.title, title.originalTitle).map((term) => ({ term, title_id: title.id, popularity_key }))
}
