import type { CountryRow } from '@movieverse/titles/rows.ts'

/**
 * How a title is shown: its producing countries in source order, `-`, title. `Romania, Canada, USA-Teenage Space
 * Vampires`; the title alone where no country is known.
 */
export function labelOf(title: string, countries: readonly CountryRow[]): string {
  if (countries.length === 0) return title
  return `${countries.map(({ name }) => name).join(', ')}-${title}`
}
