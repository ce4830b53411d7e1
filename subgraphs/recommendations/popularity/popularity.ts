import type { Catalogue } from '../catalogue/catalogue.ts'

/** One time that somebody met a title. */
export interface Met {
  readonly titleId: number
  readonly viewerId: number
  /** Milliseconds. */
  readonly at: number
}

/** Scores by place in the catalogue, not to be changed; a title that nobody met has its catalogue popularity alone. */
export interface Popularity {
  /** What a region watches, of the last months. */
  popular(regionCode: string): Float64Array
  /** What a region watches these days. */
  trending(regionCode: string): Float64Array
}

const dayMs = 86_400_000
const halfLives = { popular: 90 * dayMs, trending: 7 * dayMs }
/** What somebody of another region, or of none, says about a region. */
const strangerShare = 0.2

type Sums = Map<number, number>

/** Collects who met what into scores by region. */
export interface PopularityCounter {
  add(met: Met): void
  result(catalogue: Catalogue): Popularity
}

/**
 * Every time counts ½^(age / half-life): 90 days for what is popular, 7 for what is trending; whole within the
 * viewer's own region and a fifth elsewhere. `regionOf` answers a viewer's region where they have one.
 */
export function createPopularityCounter(
  regionOf: (viewerId: number) => string | undefined,
  now: number,
): PopularityCounter {
  const sums = { popular: new Map<string, Sums>(), trending: new Map<string, Sums>() }
  const everywhere = { popular: new Map<number, number>(), trending: new Map<number, number>() }
  return {
    add({ titleId, viewerId, at }) {
      const regionCode = regionOf(viewerId)
      for (const kind of ['popular', 'trending'] as const) {
        const weight = 0.5 ** (Math.max(0, now - at) / halfLives[kind])
        addTo(everywhere[kind], titleId, strangerShare * weight)
        if (regionCode === undefined) continue
        const own = sums[kind].get(regionCode) ?? new Map<number, number>()
        sums[kind].set(regionCode, addTo(own, titleId, (1 - strangerShare) * weight))
      }
    },
    result(catalogue) {
      const scoresOf = (kind: 'popular' | 'trending') => {
        const known = new Map<string, Float64Array>()
        return (regionCode: string): Float64Array => {
          const found = known.get(regionCode)
          // Titles that came since have places of their own at the end.
          if (found?.length === catalogue.size) return found
          const own = sums[kind].get(regionCode)
          const scores = Float64Array.from(
            catalogue.titleIds,
            (titleId, place) =>
              (own?.get(titleId) ?? 0) + (everywhere[kind].get(titleId) ?? 0) + priorOf(catalogue.at(place).popularity),
          )
          known.set(regionCode, scores)
          return scores
        }
      }
      return { popular: scoresOf('popular'), trending: scoresOf('trending') }
    },
  }
}

function addTo(sums: Sums, titleId: number, weight: number): Sums {
  return sums.set(titleId, (sums.get(titleId) ?? 0) + weight)
}

/** Below what one viewer says, so that it only orders titles that are met equally often; the catalogue's points. */
function priorOf(popularity: number): number {
  const points = Math.max(0, popularity)
  return 0.1 * (points / (points + typicalPoints))
}

/** Only its order of size matters: where half of the prior is reached. */
const typicalPoints = 1_000_000
