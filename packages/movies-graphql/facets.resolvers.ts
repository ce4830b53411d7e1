import type { FacetCount } from '@movieverse/titles/listing/title-queries.ts'
import type { FacetsSource } from './facets.ts'

/** Each field asks the shared source, which counts the asked facets together. */
export const Facets = {
  genres: async (source: FacetsSource): Promise<readonly FacetCount[]> => (await source.load('genres')).genres ?? [],
  countries: async (source: FacetsSource): Promise<readonly FacetCount[]> =>
    (await source.load('countries')).countries ?? [],
  languages: async (source: FacetsSource): Promise<readonly FacetCount[]> =>
    (await source.load('languages')).languages ?? [],
  regions: async (source: FacetsSource): Promise<readonly FacetCount[]> => (await source.load('regions')).regions ?? [],
  years: async (source: FacetsSource): Promise<readonly FacetCount[]> => (await source.load('years')).years ?? [],
  isComplete: async (source: FacetsSource): Promise<boolean> => (await source.load('isComplete')).isComplete,
}
