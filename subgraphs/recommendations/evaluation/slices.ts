import { createModelFitter, type FittedModel } from '../model/fit.ts'
import { countByItem, encountersOf, interactionsOf, type Encounter, type Interactions } from '../model/interactions.ts'
import { seededRandom, shuffled } from '../model/seeded-random.ts'
import type { ModelSettings } from '../model/settings.ts'
import { addLists, byModel, measure, sameForAll } from './contestants.ts'
import { createQualityMeter, type Quality } from './metrics.ts'
import { coldHistory, type Protocol, type Split } from './protocols.ts'

/** A part of the question that the means hide, on the first seed. */
export interface Slice {
  readonly slice: string
  readonly model: string
  readonly quality: Quality
}

/** Cold viewers, and a region in which only some titles may be shown. */
export async function measureSlices(
  split: Split,
  model: FittedModel,
  settings: ModelSettings,
  { seed, coldShows, newcomers }: Pick<Protocol, 'coldShows' | 'newcomers'> & { readonly seed: number },
): Promise<Slice[]> {
  const region = measureRegion(split, model, seed)
  if (newcomers) return [...measureNewcomers(newcomers(), split.train, model), ...region]
  const show = (row: readonly Encounter[], user: number): Encounter[] => shownOf(row, seed + user, coldShows)
  const slice = `cold viewers (their ${coldShows} ${coldHistory} ratings, a fifth of the users kept out of training at a time)`
  return [...(await measureColdViewers(split, settings, { slice, seed, show })), ...region]
}

/** Viewers who came after the training data, with the model as it is. */
function measureNewcomers(newcomers: Split, train: Interactions, model: FittedModel): Slice[] {
  const popularity = countByItem(train)
  const slice = `cold viewers (who came after the cut: their first ${coldHistory} ratings, to find their later ones)`
  const contestants = { popularity: sameForAll(popularity), MovieVerse: byModel(model) }
  return Object.entries(contestants).map(([name, score]) => ({
    slice,
    model: name,
    quality: measure(score, newcomers, { popularity }),
  }))
}

/** In how many parts users are kept out of training, one after the other. */
const coldParts = 5
interface ColdViewers {
  readonly slice: string
  readonly seed: number
  /** What a user shows of their training row. */
  readonly show: (row: readonly Encounter[], user: number) => Encounter[]
}

/**
 * Every user is cold once: a fifth of the users is kept out of training altogether, then each of them shows a few
 * titles and is to be found the test items; so for each fifth.
 */
async function measureColdViewers(
  { train, test }: Split,
  settings: ModelSettings,
  { slice, seed, show }: ColdViewers,
): Promise<Slice[]> {
  const order = shuffled(Array.from({ length: train.userCount }).keys(), seededRandom(seed))
  const rows = Array.from({ length: train.userCount }, (_, user) => encountersOf(train, user))
  const meters = new Map(
    ['popularity', 'MovieVerse'].map((name) => [name, createQualityMeter(countByItem(train), train.userCount)]),
  )
  for (let part = 0; part < coldParts; part++) {
    const cold = new Set(order.filter((_, place) => place % coldParts === part))
    const known = interactionsOf(
      rows.map((row, user) => (cold.has(user) ? [] : row)),
      train.itemCount,
    )
    const shown = interactionsOf(
      rows.map((row, user) => (cold.has(user) ? show(row, user) : [])),
      train.itemCount,
    )
    const asked = { train: shown, test: test.map((items, user) => (cold.has(user) ? items : new Set<number>())) }
    const popularity = countByItem(known)
    const model = await createModelFitter(known).fit(settings)
    const contestants = { popularity: sameForAll(popularity), MovieVerse: byModel(model) }
    for (const [name, score] of Object.entries(contestants)) addLists(score, asked, { popularity }, meters.get(name)!)
  }
  return [...meters].map(([model, meter]) => ({ slice, model, quality: meter.result() }))
}

/** Where times are not known, any five. */
function shownOf(row: readonly Encounter[], seed: number, which: Protocol['coldShows']): Encounter[] {
  const inTime = shuffled(row, seededRandom(seed)).toSorted((a, b) => a.time - b.time)
  return which === 'first' ? inTime.slice(0, coldHistory) : inTime.slice(-coldHistory)
}

/** How many titles the region may show. */
const regionShare = 0.3

/** Titles drawn for a region: ranked with the mask inside, and, for comparison, filtered out of a list of twenty. */
function measureRegion(split: Split, model: FittedModel, seed: number): Slice[] {
  const random = seededRandom(seed + 1)
  const popularity = countByItem(split.train)
  const eligible = Uint8Array.from(popularity, () => Number(random() < regionShare))
  const slice = `region (${Math.round(regionShare * 100)} % of the titles available)`
  const of = (name: string, score: Parameters<typeof measure>[0], filtersAfterwards = false): Slice => ({
    slice,
    model: name,
    quality: measure(score, split, { popularity, eligible, filtersAfterwards }),
  })
  return [
    of('popularity', sameForAll(popularity)),
    of('MovieVerse, filtered afterwards', byModel(model), true),
    of('MovieVerse', byModel(model)),
  ]
}
