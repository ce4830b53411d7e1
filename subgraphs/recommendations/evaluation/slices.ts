import { createModelFitter, type FittedModel } from '../model/fit.ts'
import { countByItem, encountersOf, interactionsOf, type Interactions } from '../model/interactions.ts'
import { seededRandom, shuffled } from '../model/seeded-random.ts'
import type { ModelSettings } from '../model/settings.ts'
import { byModel, measure, sameForAll } from './contestants.ts'
import type { Quality } from './metrics.ts'
import type { Split } from './protocols.ts'

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
  seed: number,
): Promise<Slice[]> {
  return [...(await measureColdViewers(split, settings, seed)), ...measureRegion(split, model, seed)]
}

const coldShare = 0.1
/** How many titles a cold viewer has rated. */
const coldHistory = 5

/**
 * A tenth of the users is kept out of training altogether. Then each shows five titles, the earliest where times are
 * known, and is to be found the test items.
 */
async function measureColdViewers({ train, test }: Split, settings: ModelSettings, seed: number): Promise<Slice[]> {
  const order = shuffled(Array.from({ length: train.userCount }).keys(), seededRandom(seed))
  const cold = new Set(order.slice(0, Math.ceil(train.userCount * coldShare)))
  const rows = Array.from({ length: train.userCount }, (_, user) => encountersOf(train, user))
  const known: Interactions = interactionsOf(
    rows.map((row, user) => (cold.has(user) ? [] : row)),
    train.itemCount,
  )
  const shown = interactionsOf(
    rows.map((row, user) => (cold.has(user) ? firstOf(row, seed + user) : [])),
    train.itemCount,
  )
  const model = await createModelFitter(known).fit(settings)
  const popularity = countByItem(known)
  const asked: Split = { train: shown, test: test.map((items, user) => (cold.has(user) ? items : new Set<number>())) }
  const slice = `cold viewers (${coldHistory} ratings, ${cold.size} users kept out of training)`
  return [
    { slice, model: 'popularity', quality: measure(sameForAll(popularity), asked, { popularity }) },
    { slice, model: 'MovieVerse', quality: measure(byModel(model), asked, { popularity }) },
  ]
}

function firstOf(row: ReturnType<typeof encountersOf>, seed: number): ReturnType<typeof encountersOf> {
  return shuffled(row, seededRandom(seed))
    .toSorted((a, b) => a.time - b.time)
    .slice(0, coldHistory)
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
