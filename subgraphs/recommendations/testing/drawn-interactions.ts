import { interactionsOf, type Encounter, type Interactions } from '../model/interactions.ts'
import { seededRandom } from '../model/seeded-random.ts'

/**
 * Users of some tastes: each likes the items of one group, and of those the first ones most; some of their items are
 * of any group. Ratings are higher within the taste; times come in sittings of a few items.
 */
export function drawInteractions(userCount: number, itemCount: number, seed = 1, groups = 4): Interactions {
  const random = seededRandom(seed)
  const groupSize = Math.floor(itemCount / groups)
  const rows = Array.from({ length: userCount }, (_, user) => {
    const group = user % groups
    const row = new Map<number, Encounter>()
    const count = 5 + Math.floor(random() * groupSize * 0.5)
    for (let met = 0; met < count; met++) {
      const isOwn = random() < 0.8
      const item = isOwn
        ? group * groupSize + Math.floor(random() ** 2 * groupSize)
        : Math.floor(random() ** 2 * itemCount)
      const value = Math.round((isOwn ? 3.5 + random() * 1.5 : 0.5 + random() * 3) * 2) / 2
      row.set(item, { item, value, time: 1_000_000 + user * 10_000 + Math.floor(met / 4) * 3000 + met })
    }
    return [...row.values()]
  })
  return interactionsOf(rows, itemCount)
}
