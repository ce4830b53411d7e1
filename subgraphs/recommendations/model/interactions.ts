/**
 * Who watched what, as rows of users: user `u` has `items[starts[u]] … items[starts[u + 1] - 1]`, ascending and each
 * once, with a value and a time for each. Users and items are numbered from 0.
 */
export interface Interactions {
  readonly userCount: number
  readonly itemCount: number
  readonly starts: Int32Array
  readonly items: Int32Array
  /** How much each counts: the rating, or 1 where there is none. */
  readonly values: Float32Array
  /** Seconds since 1970; 0 where it is not known. */
  readonly times: Float64Array
}

/** An item that one user met. */
export interface Encounter {
  readonly item: number
  readonly value: number
  readonly time: number
}

/** Sorts each user's encounters into a row; of several with one item the last counts. */
export function interactionsOf(rows: ReadonlyArray<readonly Encounter[]>, itemCount: number): Interactions {
  const distinct = rows.map((row) =>
    [...new Map(row.map((each) => [each.item, each])).values()].toSorted((a, b) => a.item - b.item),
  )
  const count = distinct.reduce((sum, row) => sum + row.length, 0)
  const starts = new Int32Array(rows.length + 1)
  const items = new Int32Array(count)
  const values = new Float32Array(count)
  const times = new Float64Array(count)
  let at = 0
  for (const [user, row] of distinct.entries()) {
    for (const { item, value, time } of row) {
      if (!(item >= 0 && item < itemCount)) throw new RangeError(`there is no item ${item} of ${itemCount}`)
      items[at] = item
      values[at] = value
      times[at] = time
      at += 1
    }
    starts[user + 1] = at
  }
  return { userCount: rows.length, itemCount, starts, items, values, times }
}

/** The encounters of one user, by item. */
export function encountersOf({ starts, items, values, times }: Interactions, user: number): Encounter[] {
  const row: Encounter[] = []
  for (let at = starts[user]!; at < starts[user + 1]!; at++) {
    row.push({ item: items[at]!, value: values[at]!, time: times[at]! })
  }
  return row
}

/** The same by item: the rows are items and their entries users. */
export function transposed({ userCount, itemCount, starts, items, values, times }: Interactions): Interactions {
  const itemStarts = new Int32Array(itemCount + 1)
  for (const item of items) itemStarts[item + 1]! += 1
  for (let item = 0; item < itemCount; item++) itemStarts[item + 1]! += itemStarts[item]!
  const next = itemStarts.slice()
  const users = new Int32Array(items.length)
  const valuesByItem = new Float32Array(items.length)
  const timesByItem = new Float64Array(items.length)
  for (let user = 0; user < userCount; user++) {
    for (let at = starts[user]!; at < starts[user + 1]!; at++) {
      const to = next[items[at]!]!++
      users[to] = user
      valuesByItem[to] = values[at]!
      timesByItem[to] = times[at]!
    }
  }
  return {
    userCount: itemCount,
    itemCount: userCount,
    starts: itemStarts,
    items: users,
    values: valuesByItem,
    times: timesByItem,
  }
}

/** How many users each item has. */
export function countByItem({ itemCount, items }: Interactions): Float64Array {
  const counts = new Float64Array(itemCount)
  for (const item of items) counts[item]! += 1
  return counts
}

/** The items that most users have, at most `limit`, ascending. */
export function bestKnown(counts: Float64Array, limit: number): Int32Array {
  const items = Int32Array.from(counts.keys())
  if (items.length <= limit) return items
  const byCount = items.toSorted((a, b) => counts[b]! - counts[a]! || a - b)
  return byCount.slice(0, limit).toSorted()
}

/** How many items a user has. */
export function lengthOf({ starts }: Interactions, user: number): number {
  return starts[user + 1]! - starts[user]!
}

/** The items of one user, ascending; a view, not a copy. */
export function itemsOf({ starts, items }: Interactions, user: number): Int32Array {
  return items.subarray(starts[user], starts[user + 1])
}

/** Only the given items, ascending, renumbered to their places in the list. */
export function restrictedTo(interactions: Interactions, kept: Int32Array): Interactions {
  if (kept.length === interactions.itemCount) return interactions
  const places = new Int32Array(interactions.itemCount).fill(-1)
  for (const [place, item] of kept.entries()) places[item] = place
  const rows = Array.from({ length: interactions.userCount }, (_, user) =>
    encountersOf(interactions, user).flatMap((each) => {
      const item = places[each.item]!
      return item < 0 ? [] : [{ ...each, item }]
    }),
  )
  return interactionsOf(rows, kept.length)
}

/** What a rating says about a taste, as a function of the rating. */
export type Confidence = (value: number) => number

/**
 * (value / mean)^power, so that 0 makes all alike. A rating says something even where it is low: somebody chose to
 * watch.
 */
export function confidenceBy(mean: number, power: number): Confidence {
  return power === 0 ? () => 1 : (value) => (value / mean) ** power
}

/** The mean of all values; 1 where there are none. */
export function meanValue({ values }: Interactions): number {
  return values.length === 0 ? 1 : values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The same with confidences in place of values. */
export function withConfidence(interactions: Interactions, confidence: Confidence): Interactions {
  return { ...interactions, values: interactions.values.map(confidence) }
}
