import regionList from '../../subgraphs/regions.json' with { type: 'json' }

/** A region of subgraphs/regions.json, the one list from which ports, services, routes and tabs derive. */
export interface Region {
  /** ISO 3166-1 code, stored and returned. */
  readonly code: string
  readonly slug: string
  readonly name: string
  /** What people call it; also accepted as input where it is an alias. */
  readonly label: string
  readonly port: number
  readonly currency: string
  readonly countries: readonly string[]
  readonly aliases?: readonly string[]
}

export const regions: readonly Region[] = regionList

const byAnyCode = new Map(
  regions.flatMap((region) => [region.code, ...(region.aliases ?? [])].map((code) => [code, region])),
)

/** The region that a code or one of its aliases names ("UK" is GB), in any case, or undefined. */
export function findRegion(code: string): Region | undefined {
  return byAnyCode.get(code.toUpperCase())
}
