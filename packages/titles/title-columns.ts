import type { TitleRow } from './rows.ts'

/** The columns of a TitleRow, of `titles as t`, each under its own name there. */
export const titleColumns = [
  't.id as id',
  't.imdb_id as imdbId',
  't.title as title',
  't.sort_title as sortTitle',
  't.original_title as originalTitle',
  't.release_year as releaseYear',
  't.published_on as publishedOn',
  't.runtime_minutes as runtimeMinutes',
  't.production_company as productionCompany',
  't.gross_minor as grossMinor',
  't.gross_currency as grossCurrency',
  't.average_rating as averageRating',
  't.votes as votes',
  't.popularity as popularity',
] as const satisfies ReadonlyArray<`t.${string} as ${keyof TitleRow}`>
