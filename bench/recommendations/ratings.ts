import {
  interactionsOf,
  type Encounter,
  type Interactions,
} from '../../subgraphs/recommendations/model/interactions.ts'
import { seededRandom } from '../support/statistics.ts'

/**
 * Ratings with the shape of MovieLens: a few items known to very many and a long tail, histories of very different
 * lengths, tastes by group, given in sittings. Exactly so many ratings, always the same ones.
 */
export function drawRatings(userCount: number, itemCount: number, ratingCount: number): Interactions {
  const random = seededRandom(ratingCount)
  const rows: Array<Map<number, Encounter>> = Array.from({ length: userCount }, () => new Map())
  for (let drawn = 0; drawn < ratingCount;) {
    const user = Math.floor(random() ** 2 * userCount)
    const row = rows[user]
    if (!row) continue
    const popular = Math.floor(random() ** 2.5 * itemCount)
    // Two in three within the user's own tenth of the catalogue.
    const item = random() < 0.66 ? popular - (popular % 10) + (user % 10) : popular
    if (item >= itemCount || row.has(item)) {
      // Whose tastes are used up takes anything.
      const any = Math.floor(random() * itemCount)
      if (row.has(any)) continue
      row.set(any, { item: any, value: 3, time: 1_000_000 + row.size * 60 })
    } else row.set(item, { item, value: 3 + (item % 3), time: 1_000_000 + Math.floor(row.size / 20) * 86_400 })
    drawn += 1
  }
  return interactionsOf(
    rows.map((row) => [...row.values()]),
    itemCount,
  )
}
