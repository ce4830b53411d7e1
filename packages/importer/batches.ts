import type { Dialect } from '@movieverse/service/dialect.ts'

/** How many items the next transaction takes, from how long the last ones took. */
export interface BatchSizer {
  readonly size: number
  /** Tells how long a transaction of the current size took. */
  took(milliseconds: number): void
}

/** On SQLite a write transaction keeps every other writer waiting, on MySQL only round trips count. */
const limits = {
  sqlite: { start: 30, smallest: 20, largest: 500, targetMs: 40 },
  mysql: { start: 250, smallest: 50, largest: 250, targetMs: 500 },
} as const satisfies Record<Dialect, object>

/** Sizes batches so that each takes about 40 ms on SQLite and half a second on MySQL, whatever the machine. */
export function createBatchSizer(dialect: Dialect): BatchSizer {
  const { start, smallest, largest, targetMs } = limits[dialect]
  let size: number = start
  return {
    get size() {
      return size
    },
    took(milliseconds) {
      const wanted = (size * targetMs) / Math.max(milliseconds, 1)
      const bounded = Math.min(wanted, size * 1.5)
      size = Math.round(Math.min(largest, Math.max(smallest, bounded)))
    },
  }
}

/** Leaves out the first items, then hands the others out in batches of the sizer's size at the time. */
export async function* batchesOf<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  skip: number,
  sizer: Pick<BatchSizer, 'size'>,
): AsyncGenerator<Item[]> {
  let left = skip
  let batch: Item[] = []
  for await (const item of items) {
    if (left > 0) {
      left -= 1
      continue
    }
    batch.push(item)
    if (batch.length < sizer.size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
