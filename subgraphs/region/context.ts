import type { Region } from '@movieverse/regions/regions.ts'
import type { MoviesContext } from '@movieverse/movies-graphql/context.ts'

/** What the resolvers of a region's service need; one per request. */
export interface RegionContext extends MoviesContext {
  /** Whose catalogue is answered where a query names none. */
  readonly homeRegion: Region
}
