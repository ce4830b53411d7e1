/** A region as the default policy sees it. */
export interface PolicyRegion {
  readonly code: string
  readonly countries: readonly string[]
}

/** The offer_key and source of the one availability that the default policy gives a title in a region. */
export const policyKey = 'POLICY'

/** The regions in which the default policy makes a title available: those one of whose countries helped produce it. */
export function policyRegionsOf(countries: readonly string[], regions: readonly PolicyRegion[]): string[] {
  return regions
    .filter((region) => region.countries.some((code) => countries.includes(code)))
    .map((region) => region.code)
}

/**
 * From when the default policy makes a title available, as a stored time: its publication, else the start of its
 * release year, else 1970.
 */
export function policyStartOf(publishedOn: string | null, releaseYear: number | null): string {
  const day = publishedOn ?? `${releaseYear ?? 1970}-01-01`
  return `${day} 00:00:00.000`
}
