import type { Region } from '@movieverse/regions/regions.ts'

/** A region's catalogue before anything of it is read. */
export interface RegionCatalogueSource {
  readonly region: Region
}
