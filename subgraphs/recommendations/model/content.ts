/** What a title is made of: `genre:drama`, `person:17`. */
export interface TitleFeatures {
  readonly titleId: number
  readonly features: readonly string[]
}

/** A title that is alike, and how much: the cosine of both vectors. */
export interface Likeness {
  readonly titleId: number
  readonly cosine: number
}

/**
 * TF-IDF vectors of titles: a feature weighs ln(titles / titles that have it), vectors have the length 1 (Salton and
 * Buckley, Information Processing & Management 24(5), 1988). They say something about titles that nobody has met.
 */
export interface ContentVectors {
  /** The most alike, at most `most`, the nearest first; none for a title without features. */
  nearest(titleId: number, most: number): Likeness[]
}

export function createContentVectors(titles: readonly TitleFeatures[]): ContentVectors {
  const holders = Map.groupBy(
    titles.flatMap(({ features }, place) => [...new Set(features)].map((feature) => ({ feature, place }))),
    ({ feature }) => feature,
  )
  const vectors = titles.map(({ features }) => vectorOf(features, holders, titles.length))
  const postings = new Map<string, { places: Int32Array; values: Float64Array }>()
  for (const [feature, own] of holders) {
    postings.set(feature, {
      places: Int32Array.from(own, ({ place }) => place),
      values: Float64Array.from(own, ({ place }) => vectors[place]?.get(feature) ?? 0),
    })
  }
  const placeOf = new Map(titles.map(({ titleId }, place) => [titleId, place]))
  const cosines = new Float64Array(titles.length)
  return {
    nearest(titleId, most) {
      const place = placeOf.get(titleId)
      if (place === undefined) return []
      cosines.fill(0)
      for (const [feature, value] of vectors[place] ?? []) {
        const { places, values } = postings.get(feature) ?? { places: [], values: [] }
        for (let at = 0; at < places.length; at++) cosines[places[at]!]! += value * values[at]!
      }
      cosines[place] = 0
      return nearestOf(cosines, most).map((near) => ({ titleId: titles[near]!.titleId, cosine: cosines[near]! }))
    },
  }
}

function vectorOf(
  features: readonly string[],
  holders: ReadonlyMap<string, readonly unknown[]>,
  count: number,
): Map<string, number> {
  const weights = [...new Set(features)].map(
    (feature) => [feature, Math.log(count / (holders.get(feature)?.length ?? count))] as const,
  )
  const length = Math.sqrt(weights.reduce((sum, [, weight]) => sum + weight ** 2, 0))
  return new Map(weights.map(([feature, weight]) => [feature, length === 0 ? 0 : weight / length]))
}

function nearestOf(cosines: Float64Array, most: number): number[] {
  const threshold = cosines.toSorted()[Math.max(0, cosines.length - most)] ?? 0
  const near: number[] = []
  for (let place = 0; place < cosines.length; place++) {
    if (cosines[place]! > 0 && cosines[place]! >= threshold) near.push(place)
  }
  return near.toSorted((a, b) => cosines[b]! - cosines[a]! || a - b).slice(0, most)
}
