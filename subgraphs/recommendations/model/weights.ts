import type { Interactions } from './interactions.ts'

/**
 * Item-to-item weights: what having watched item `i` adds to the score of item `j`. A score is the sum over a history,
 * so it changes with the history and needs no fit.
 */
export interface ItemWeights {
  readonly itemCount: number
  /** `scores[j] += factor · weight(item, j)` for every j. */
  addRow(item: number, factor: number, scores: Float64Array): void
  /** The rows of several items, each with its factor. */
  addRows(items: Int32Array, factors: Float32Array, scores: Float64Array): void
}

/** Weights that know no shorter way to several rows than one after the other. */
export function rowByRow(itemCount: number, addRow: ItemWeights['addRow']): ItemWeights {
  return {
    itemCount,
    addRow,
    addRows(items, factors, scores) {
      for (let at = 0; at < items.length; at++) addRow(items[at]!, factors[at]!, scores)
    },
  }
}

/** Weights with a number for every pair, row by row. */
export function denseWeights(itemCount: number, values: Float32Array): ItemWeights {
  return rowByRow(itemCount, (item, factor, scores) => {
    const start = item * itemCount
    for (let other = 0; other < itemCount; other++) scores[other]! += factor * values[start + other]!
  })
}

/** Weights of the nearest items only, as rows: see `Interactions` for the layout. */
export interface SparseRows {
  readonly starts: Int32Array
  readonly items: Int32Array
  readonly values: Float32Array
}

/** Weights of which only some are there; the others are 0. */
export function sparseWeights({ starts, items, values }: SparseRows): ItemWeights {
  return rowByRow(starts.length - 1, (item, factor, scores) => {
    const end = starts[item + 1]!
    for (let at = starts[item]!; at < end; at++) scores[items[at]!]! += factor * values[at]!
  })
}

/** The largest weights of each row by amount, at most `most`; rows are asked for one by one, in order. */
export function strongestOfRows(
  itemCount: number,
  most: number,
  rowInto: (item: number, row: Float64Array) => void,
): SparseRows {
  const starts = new Int32Array(itemCount + 1)
  const kept: { items: Int32Array; values: Float32Array }[] = []
  const row = new Float64Array(itemCount)
  for (let item = 0; item < itemCount; item++) {
    row.fill(0)
    rowInto(item, row)
    row[item] = 0
    const items = strongest(row, most)
    kept.push({ items, values: Float32Array.from(items, (other) => row[other]!) })
    starts[item + 1] = starts[item]! + items.length
  }
  const all: SparseRows = {
    starts,
    items: new Int32Array(starts[itemCount]!),
    values: new Float32Array(starts[itemCount]!),
  }
  for (const [item, { items, values }] of kept.entries()) {
    all.items.set(items, starts[item])
    all.values.set(values, starts[item])
  }
  return all
}

/** The columns of the largest amounts, at most `most` and none that is 0, ascending. */
function strongest(row: Float64Array, most: number): Int32Array {
  const columns: number[] = []
  for (let column = 0; column < row.length; column++) if (row[column] !== 0) columns.push(column)
  if (columns.length <= most) return Int32Array.from(columns)
  const amounts = Float64Array.from(columns, (column) => Math.abs(row[column]!)).toSorted()
  const threshold = amounts[amounts.length - most]!
  const above = columns.filter((column) => Math.abs(row[column]!) > threshold)
  const ties = columns.filter((column) => Math.abs(row[column]!) === threshold)
  return Int32Array.from([...above, ...ties.slice(0, most - above.length)]).toSorted()
}

/** Adds what a user's whole history says; its values weigh. */
export function addHistory(weights: ItemWeights, history: Interactions, user: number, scores: Float64Array): void {
  const [start, end] = [history.starts[user], history.starts[user + 1]]
  weights.addRows(history.items.subarray(start, end), history.values.subarray(start, end), scores)
}
