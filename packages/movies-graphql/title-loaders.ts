import type {
  AvailabilityLanguages,
  AvailabilityRepository,
} from '@movieverse/titles/availability/availability.repository.ts'
import type { AvailabilityRow, CountryRow, GenreRow, LanguageRow, TitleRow } from '@movieverse/titles/rows.ts'
import type { TitlesRepository } from '@movieverse/titles/titles.repository.ts'
import type { LoaderMetrics } from './loader-metrics.ts'
import { createLoader, type Loader } from './loader.ts'

/** What belongs to titles, one statement for all titles of a level of the answer; keys are row ids. */
export interface TitleLoaders {
  readonly titles: Loader<number, TitleRow | null>
  readonly countries: Loader<number, readonly CountryRow[]>
  readonly languages: Loader<number, readonly LanguageRow[]>
  readonly genres: Loader<number, readonly GenreRow[]>
  /** Availabilities of a title at the moment of the request, in every region. */
  readonly availability: Loader<number, readonly AvailabilityRow[]>
  /** Keys are ids of availabilities. */
  readonly availabilityLanguages: Loader<number, AvailabilityLanguages>
}

/** The loaders of one request, which all see the same moment. */
export function createTitleLoaders(
  titles: TitlesRepository,
  availability: AvailabilityRepository,
  now: Date,
  sizesOf: LoaderMetrics,
): TitleLoaders {
  return {
    titles: createLoader((ids: readonly number[]) => titles.findByIds(ids), sizesOf('titles')),
    countries: createLoader((ids: readonly number[]) => titles.listCountries(ids), sizesOf('countries')),
    languages: createLoader((ids: readonly number[]) => titles.listLanguages(ids), sizesOf('languages')),
    genres: createLoader((ids: readonly number[]) => titles.listGenres(ids), sizesOf('genres')),
    availability: createLoader((ids: readonly number[]) => availability.listCurrent(ids, now), sizesOf('availability')),
    availabilityLanguages: createLoader(
      (ids: readonly number[]) => availability.listLanguages(ids),
      sizesOf('availability_languages'),
    ),
  }
}
