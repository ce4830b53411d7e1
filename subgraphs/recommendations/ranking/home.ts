import { candidatesOf } from './candidates.ts'
import { inOrder, onlyThose, type Ranked } from './ordering.ts'
import {
  explainFor,
  explainPopular,
  explainSimilar,
  labelOf,
  titleOf,
  type Explain,
  type Recommendation,
} from './reasons.ts'
import {
  popularIn,
  rankForViewer,
  rankPopular,
  rankSimilar,
  restrictionsFor,
  type Knowledge,
  type Occasion,
  type RankedList,
  type Strategy,
  type Taste,
} from './recommender.ts'

/** What a row of the home page is. */
export type HomeRowKind = 'FOR_YOU' | 'BECAUSE_YOU_WATCHED' | 'POPULAR' | 'NEW' | 'YOUR_LANGUAGES'

/** A named row of titles. */
export interface HomeRow {
  readonly kind: HomeRowKind
  readonly title: string
  readonly strategy: Strategy
  readonly items: readonly Recommendation[]
}

interface Draft extends RankedList {
  readonly kind: HomeRowKind
  readonly title: string
  readonly explain: Explain
}

/** A row with fewer titles is not worth its place. */
const shortestRow = 4

/**
 * The rows of a viewer's home page in order. No title stands in two rows, and no genre has more than half of a row; a
 * row for which too little is left is not there.
 */
export function homeRows(knowledge: Knowledge, taste: Taste, occasion: Occasion, size: number): HomeRow[] {
  const used = new Set<number>()
  const rows: HomeRow[] = []
  for (const { kind, title, strategy, choice, explain } of draftsOf(knowledge, taste, occasion)) {
    const free = onlyThose(choice, (place) => !used.has(place))
    const chosen = mixed(inOrder(free), size, ({ place }) => knowledge.catalogue.at(place).genres)
    if (chosen.length < shortestRow) continue
    for (const { place } of chosen) used.add(place)
    rows.push({ kind, title, strategy, items: chosen.map(explain) })
  }
  return rows
}

/** Each is ranked only when the row before it is filled. */
function* draftsOf(knowledge: Knowledge, taste: Taste, occasion: Occasion): Generator<Draft> {
  const { regionCode } = occasion
  const region = labelOf(regionCode)
  const personal = rankForViewer(knowledge, taste, occasion)
  const explain = explainFor(knowledge, personal.strategy, taste, regionCode)
  yield { ...personal, kind: 'FOR_YOU', title: 'For you', explain }
  const allowed = new Set(personal.choice.places)
  for (const { titleId, value } of taste.feedback.signals) {
    if (value < likedFrom || personal.strategy !== 'PERSONAL') continue
    const similar = rankSimilar(knowledge, titleId, regionCode, occasion.now)
    const choice = onlyThose(similar.choice, (place) => allowed.has(place))
    if (similar.strategy !== 'SIMILAR' || choice.places.length < fewestNeighbours) continue
    const title = `Because you watched ${titleOf(knowledge, titleId)}`
    yield {
      ...similar,
      choice,
      kind: 'BECAUSE_YOU_WATCHED',
      title,
      explain: explainSimilar(knowledge, 'SIMILAR', titleId),
    }
    break
  }
  const restrictions = restrictionsFor(taste, occasion)
  const popular = rankPopular(knowledge, 'POPULAR', restrictions)
  const explainRegion = explainPopular(knowledge, 'POPULAR', null, regionCode)
  yield { ...popular, kind: 'POPULAR', title: `Popular in ${region}`, explain: explainRegion }
  yield { ...newest(knowledge, taste, occasion), kind: 'NEW', title: 'New here', explain: explainNew(region) }
  const languages = languagesOf(knowledge, taste)
  const spoken = onlyThose(personal.choice, (place) =>
    knowledge.catalogue
      .at(place)
      .languages.slice(0, 1)
      .some((code) => languages.has(code)),
  )
  yield { ...personal, choice: spoken, kind: 'YOUR_LANGUAGES', title: 'From your languages', explain }
}

/** Stars from which a title was liked. */
const likedFrom = 3.5
/** A title with fewer neighbours to show makes no row. */
const fewestNeighbours = 2 * shortestRow

/** The latest to come to the region; of one day's the latest film, then what is popular. */
function newest(knowledge: Knowledge, taste: Taste, occasion: Occasion): RankedList {
  const { catalogue } = knowledge
  const { regionCode, now } = occasion
  const places = candidatesOf(catalogue, restrictionsFor(taste, occasion))
  const scores = new Float64Array(catalogue.size)
  for (const place of places) {
    const day = Math.floor((catalogue.availableSince(place, regionCode, now) ?? 0) / 86_400_000)
    scores[place] = day * 10_000 + (catalogue.at(place).releaseYear ?? 0)
  }
  const ties = popularIn(knowledge, regionCode)
  return { strategy: 'POPULAR', choice: { places, titleIds: catalogue.titleIds, scores, ties } }
}

function explainNew(region: string): Explain {
  return ({ titleId }) => ({ titleId, score: 0, because: [], reason: `New in ${region}` })
}

/** The profile's languages, else the one that the viewer watches most. */
function languagesOf({ catalogue }: Knowledge, { profile, feedback }: Taste): ReadonlySet<string> {
  if (profile.languages.length > 0) return new Set(profile.languages)
  const counts = new Map<string, number>()
  for (const { titleId } of feedback.signals) {
    const place = catalogue.placeOf(titleId)
    const [first] = place === undefined ? [] : catalogue.at(place).languages
    if (first !== undefined) counts.set(first, (counts.get(first) ?? 0) + 1)
  }
  const [most] = [...counts].toSorted(([, a], [, b]) => b - a)
  return new Set(most ? [most[0]] : [])
}

/**
 * The first of a list, at most `size`, such that no genre is on more than half of those chosen. Where too few are left
 * to fill the row, the last of a genre that has too many go until it holds.
 */
export function mixed(
  ordered: Iterable<Ranked>,
  size: number,
  genresOf: (ranked: Ranked) => readonly string[],
): Ranked[] {
  let most = Math.floor(size / 2)
  while (most > 0) {
    const chosen = chooseWithin(ordered, size, most, genresOf)
    const allowed = Math.floor(chosen.length / 2)
    if (allowed >= most || chosen.length === 0) return chosen
    most = Math.min(allowed, most - 1)
  }
  return [...ordered].filter((ranked) => genresOf(ranked).length === 0).slice(0, size)
}

function chooseWithin(
  ordered: Iterable<Ranked>,
  size: number,
  most: number,
  genresOf: (ranked: Ranked) => readonly string[],
): Ranked[] {
  const counts = new Map<string, number>()
  const chosen: Ranked[] = []
  for (const ranked of ordered) {
    if (chosen.length === size) break
    const genres = genresOf(ranked)
    if (genres.some((genre) => (counts.get(genre) ?? 0) >= most)) continue
    for (const genre of genres) counts.set(genre, (counts.get(genre) ?? 0) + 1)
    chosen.push(ranked)
  }
  return chosen
}
