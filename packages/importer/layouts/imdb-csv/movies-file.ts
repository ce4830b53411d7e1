import type { TitleInput } from '@movieverse/titles/writing/title-writer.ts'
import { codesOf, type NameTable, type ReferenceNames } from '../../reference-names.ts'
import { date, imdbId, integer, money, optional, text, type Parsed } from './fields.ts'
import type { RowReader } from './row-reader.ts'

export const moviesFile = 'movies.csv'

export const movieColumns = [
  'id',
  'title',
  'year',
  'date_published',
  'duration',
  'country',
  'worldwide_gross_income',
  'languages',
  'production_company',
] as const

/** What movies.csv alone says about a title. */
export type MovieFacts = Omit<TitleInput, 'imdbId' | 'genres' | 'credits' | 'averageRating' | 'votes'> & {
  readonly imdbId: string
}

/** One row of movies.csv as facts, or null where it is rejected. */
export function readMovie(row: RowReader<(typeof movieColumns)[number]>, names: ReferenceNames): MovieFacts | null {
  const id = row.read('id', imdbId('tt'))
  const title = row.read('title', text(500))
  const gross = row.read('worldwide_gross_income', optional(money))
  const facts = {
    releaseYear: row.read('year', optional(integer(1870, 2200))),
    publishedOn: row.read('date_published', optional(date)),
    runtimeMinutes: row.read('duration', optional(integer(1, 32_767))),
    countries: row.read('country', namesIn(names.countries)) ?? [],
    grossMinor: gross?.minor ?? null,
    grossCurrency: gross?.currency ?? null,
    languages: row.read('languages', namesIn(names.languages)) ?? [],
    productionCompany: row.read('production_company', optional(text(255))),
  }
  return row.rejected || id === null || title === null ? null : { imdbId: id, title, ...facts }
}

function namesIn(table: NameTable): (given: string) => Parsed<string[]> {
  return (given) => {
    const { codes, unknown } = codesOf(table, given)
    return unknown.length === 0
      ? { value: codes }
      : { reason: `unknown name ${unknown.map((name) => JSON.stringify(name)).join(', ')}` }
  }
}
