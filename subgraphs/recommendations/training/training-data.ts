import { streamFeedback } from '@movieverse/viewers/feedback-lists.ts'
import { historyTable, ratingsTable } from '@movieverse/viewers/feedback-tables.ts'
import type { Knex } from 'knex'
import { signalOf, type Feedback } from '../feedback/signals.ts'
import { interactionsOf, type Interactions } from '../model/interactions.ts'

/** What viewers met, with titles numbered from 0. */
export interface TrainingData {
  readonly interactions: Interactions
  /** The title of each item, ascending. */
  readonly titleIds: Int32Array
}

interface Collected extends Feedback {
  /** Seconds since 1970. */
  readonly time: number
}

/** Streams ratings and history from the database; viewers who met one title only teach nothing and are left out. */
export async function readTrainingData(db: Knex): Promise<TrainingData> {
  const viewers = new Map<number, Map<number, Collected>>()
  const merge = (viewerId: number, titleId: number, changes: Partial<Collected> & { readonly time: number }): void => {
    const titles = viewers.get(viewerId) ?? new Map<number, Collected>()
    const known = titles.get(titleId) ?? { stars: null, isCompleted: false, progressPercent: null, time: 0 }
    titles.set(titleId, { ...known, ...changes, time: Math.max(known.time, changes.time) })
    viewers.set(viewerId, titles)
  }
  for await (const rows of streamFeedback(db, ratingsTable)) {
    for (const { viewerId, titleId, stars, ratedAt } of rows)
      merge(viewerId, titleId, { stars, time: ratedAt.getTime() / 1000 })
  }
  for await (const rows of streamFeedback(db, historyTable)) {
    for (const { viewerId, titleId, isCompleted, progressPercent, watchedAt } of rows)
      merge(viewerId, titleId, { isCompleted, progressPercent, time: watchedAt.getTime() / 1000 })
  }
  return dataOf([...viewers.values()])
}

function dataOf(viewers: ReadonlyArray<ReadonlyMap<number, Collected>>): TrainingData {
  const rows = viewers
    .map((titles) =>
      [...titles].flatMap(([titleId, feedback]) => {
        const value = signalOf(feedback)
        return value === null ? [] : [{ titleId, value, time: feedback.time }]
      }),
    )
    .filter((row) => row.length > 1)
  const titleIds = Int32Array.from(new Set(rows.flatMap((row) => row.map(({ titleId }) => titleId)))).toSorted()
  const items = new Map([...titleIds].map((titleId, item) => [titleId, item]))
  const encounters = rows.map((row) =>
    row.map(({ titleId, value, time }) => ({ item: items.get(titleId) ?? -1, value, time })),
  )
  return { interactions: interactionsOf(encounters, titleIds.length), titleIds }
}
