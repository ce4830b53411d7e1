import { encountersOf, interactionsOf, type Encounter, type Interactions } from '../model/interactions.ts'
import { seededRandom, shuffled } from '../model/seeded-random.ts'
import type { Dataset } from './dataset.ts'

/** What a model learns from, and the items that it should then find for each user; none for users not tested. */
export interface Split {
  readonly train: Interactions
  readonly test: ReadonlyArray<ReadonlySet<number>>
}

/** How many titles a cold viewer has rated. */
export const coldHistory = 5

/** A way to divide ratings. */
export interface Protocol {
  readonly name: string
  /** One sentence that says exactly what is done. */
  readonly description: string
  readonly seeds: readonly number[]
  /**
   * Which of their titles a user shows who is kept out of training to be a cold viewer: the last where all that is
   * tested comes after them, as for somebody who has just begun; the first where it is from all times.
   */
  readonly coldShows: 'first' | 'last'
  /**
   * Cold viewers whom the protocol itself leaves out of training, where there are such: what they show first, and what
   * they are then to be found. Then nobody else is kept out for them.
   */
  newcomers?(): Split
  readonly cutsByTime: boolean
  split(seed: number): Split
  /** Divides training data again, for tuning: what is tested never enters. Times alone decide where `cutsByTime`. */
  validate(train: Interactions, seed: number): Split
}

/** The protocols that the data allow. */
export function protocolsFor(dataset: Dataset, seedCount: number): Protocol[] {
  if (dataset.givenTest) return [givenProtocol(dataset, dataset.givenTest)]
  const seeds = Array.from({ length: seedCount }, (_, index) => 42 + index)
  const protocols = [stratified(dataset.ratings, seeds), leaveOneOut(dataset)]
  return dataset.hasTimes ? [...protocols, temporal(dataset.ratings)] : protocols
}

function givenProtocol({ ratings }: Dataset, givenTest: readonly Int32Array[]): Protocol {
  return {
    name: 'given split',
    description:
      'the training and the test file as they are; of the training items alone none is recommended again; who is only ' +
      'in the test gets what is popular; tuned on an 80/20 cut of the training file, stratified by user',
    seeds: [42],
    coldShows: 'first',
    cutsByTime: false,
    split: () => ({ train: ratings, test: givenTest.map((items) => new Set(items)) }),
    validate: (train, seed) => cutByShare(train, 0.8, seed),
  }
}

function stratified(ratings: Interactions, seeds: readonly number[]): Protocol {
  return {
    name: '75/25 stratified by user',
    description:
      "of each user's ratings a random 75 % is for training; every rating of the rest is relevant, whatever its value; " +
      'means over the seeds; tuned on a 75/25 cut of the training part',
    seeds,
    coldShows: 'first',
    cutsByTime: false,
    split: (seed) => cutByShare(ratings, 0.75, seed),
    validate: (train, seed) => cutByShare(train, 0.75, seed),
  }
}

function leaveOneOut({ ratings, hasTimes }: Dataset): Protocol {
  const chosen = hasTimes ? 'latest' : 'one random'
  const split = (all: Interactions, seed: number): Split => {
    const random = seededRandom(seed)
    return splitRows(all, (row) => {
      const order = hasTimes ? row.toSorted((a, b) => a.time - b.time) : shuffled(row, random)
      return row.length < 2 ? [row, []] : [order.slice(0, -1), order.slice(-1)]
    })
  }
  return {
    name: 'leave one out',
    description: `${chosen} rating of each user is tested; tuned by leaving out another of the training part`,
    seeds: [42],
    coldShows: 'last',
    cutsByTime: hasTimes,
    split: (seed) => split(ratings, seed),
    validate: split,
  }
}

function temporal(ratings: Interactions): Protocol {
  return {
    name: 'temporal',
    description:
      'the first 80 % of all ratings by time are for training; the later ratings of users who have earlier ones are ' +
      'tested; tuned on the same cut of the training part',
    seeds: [42],
    coldShows: 'first',
    newcomers: () => newcomersOf(ratings),
    cutsByTime: true,
    split: () => cutByTime(ratings),
    validate: (train) => cutByTime(train),
  }
}

/** Where the later part of all ratings begins. */
function timeOfCut({ times }: Interactions): number {
  return times.toSorted()[Math.floor(times.length * 0.8)]!
}

/** Users of whom everything comes after the cut, so that training has never met them. */
function newcomersOf(ratings: Interactions): Split {
  const cut = timeOfCut(ratings)
  return splitRows(ratings, (row) => {
    if (row.some(({ time }) => time < cut)) return [[], []]
    const order = row.toSorted((a, b) => a.time - b.time)
    return [order.slice(0, coldHistory), order.slice(coldHistory)]
  })
}

function cutByTime(ratings: Interactions): Split {
  const cut = timeOfCut(ratings)
  return splitRows(ratings, (row) => {
    const past = row.filter(({ time }) => time < cut)
    return [past, past.length === 0 ? [] : row.filter(({ time }) => time >= cut)]
  })
}

/** A random share of each user's ratings for training, the rest to be found. */
export function cutByShare(ratings: Interactions, share: number, seed: number): Split {
  const random = seededRandom(seed)
  return splitRows(ratings, (row) => {
    const order = shuffled(row, random)
    const cut = roundHalfToEven(order.length * share)
    return [order.slice(0, cut), order.slice(cut)]
  })
}

/** As the published tables round, so that a user of 22 ratings gives 16 to training. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value)
  return value - below === 0.5 ? below + (below % 2) : Math.round(value)
}

function splitRows(
  ratings: Interactions,
  divide: (row: Encounter[]) => readonly [train: readonly Encounter[], test: readonly Encounter[]],
): Split {
  const rows = Array.from({ length: ratings.userCount }, (_, user) => divide(encountersOf(ratings, user)))
  return {
    train: interactionsOf(
      rows.map(([train]) => train),
      ratings.itemCount,
    ),
    test: rows.map(([, test]) => new Set(test.map(({ item }) => item))),
  }
}
