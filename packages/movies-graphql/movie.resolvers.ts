import { fromGlobalId, toGlobalId } from '@movieverse/titles/global-id.ts'
import type { AvailabilityRow, CountryRow, GenreRow, LanguageRow, TitleRow } from '@movieverse/titles/rows.ts'
import type { MoviesContext } from './context.ts'
import { labelOf } from './label.ts'

interface Money {
  readonly minorUnits: number
  readonly currency: string
}

/** The facts of a title that every subgraph answers alike; those not named here are columns of its row. */
export const Movie = {
  /** An id of nothing is no error here: the supergraph asks with ids that another service gave it. */
  async __resolveReference(
    reference: { id: string },
    _args: object,
    { loaders }: MoviesContext,
  ): Promise<TitleRow | null> {
    const named = fromGlobalId(reference.id)
    return named?.type === 'Movie' ? loaders.titles.load(named.id) : null
  },
  id: ({ id }: TitleRow): string => toGlobalId('Movie', id),
  async label({ id, title }: TitleRow, _args: object, { loaders }: MoviesContext): Promise<string> {
    return labelOf(title, await loaders.countries.load(id))
  },
  gross: ({ grossMinor, grossCurrency }: TitleRow): Money | null => moneyOf(grossMinor, grossCurrency),
  countries: ({ id }: TitleRow, _args: object, { loaders }: MoviesContext): Promise<readonly CountryRow[]> =>
    loaders.countries.load(id),
  languages: ({ id }: TitleRow, _args: object, { loaders }: MoviesContext): Promise<readonly LanguageRow[]> =>
    loaders.languages.load(id),
  genres: ({ id }: TitleRow, _args: object, { loaders }: MoviesContext): Promise<readonly GenreRow[]> =>
    loaders.genres.load(id),
  async availability(
    { id }: TitleRow,
    { regions }: { regions?: readonly string[] | null },
    { loaders }: MoviesContext,
  ): Promise<readonly AvailabilityRow[]> {
    const everywhere = await loaders.availability.load(id)
    return regions?.length ? everywhere.filter(({ regionCode }) => regions.includes(regionCode)) : everywhere
  },
}

/** One offer of a title in a region. */
export const Availability = {
  region: ({ regionCode }: AvailabilityRow): string => regionCode,
  price: ({ priceMinor, currency }: AvailabilityRow): Money | null => moneyOf(priceMinor, currency),
  async audio({ id }: AvailabilityRow, _args: object, { loaders }: MoviesContext): Promise<readonly LanguageRow[]> {
    return (await loaders.availabilityLanguages.load(id)).audio
  },
  async subtitles({ id }: AvailabilityRow, _args: object, { loaders }: MoviesContext): Promise<readonly LanguageRow[]> {
    return (await loaders.availabilityLanguages.load(id)).subtitles
  },
}

function moneyOf(minorUnits: number | null, currency: string | null): Money | null {
  return minorUnits === null || currency === null ? null : { minorUnits, currency }
}
