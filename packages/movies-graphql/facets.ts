import type { FacetName, TitleFacets } from '@movieverse/titles/listing/title-queries.ts'
import { createLoader, type Loader } from './loader.ts'

/** Counts that are made only for the facets that a query selects, in one call. */
export type FacetsSource = Loader<FacetName | 'isComplete', TitleFacets>

/** Facets of one list; `count` gets the names of those selected, none where only isComplete is. */
export function facetsOf(count: (names: readonly FacetName[]) => Promise<TitleFacets>): FacetsSource {
  return createLoader(async (asked) => {
    const counts = await count(asked.filter((name) => name !== 'isComplete'))
    return asked.map(() => counts)
  })
}
