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
  const strongest = createPicker(itemCount, most)
  for (let item = 0; item < itemCount; item++) {
    row.fill(0)
    rowInto(item, row)
    row[item] = 0
    const items = strongest(row)
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

/**
 * Answers what finds the columns of a row's largest amounts, at most `most` and none that is 0, ascending; of equal
 * amounts the first columns.
 */
function createPicker(columnCount: number, most: number): (row: Float64Array) => Int32Array {
  const amounts = new Float64Array(columnCount)
  return (row) => {
    let count = 0
    for (let column = 0; column < columnCount; column++)
      if (row[column] !== 0) amounts[count++] = Math.abs(row[column]!)
    const threshold = count <= most ? 0 : largestButFor(amounts.subarray(0, count), most - 1)
    let ties = most
    for (let column = 0; column < columnCount; column++) if (Math.abs(row[column]!) > threshold) ties -= 1
    const columns = new Int32Array(Math.min(count, most))
    let kept = 0
    for (let column = 0; column < columnCount && kept < columns.length; column++) {
      const amount = Math.abs(row[column]!)
      if (amount > threshold || (amount === threshold && amount > 0 && ties-- > 0)) columns[kept++] = column
    }
    return columns.subarray(0, kept)
  }
}

/** The largest but for so many, by quickselect; puts the values into another order. */
function largestButFor(values: Float64Array, others: number): number {
  let [low, high] = [0, values.length - 1]
  while (low < high) {
    const pivot = values[(low + high) >> 1]!
    let [left, right] = [low, high]
    while (left <= right) {
      while (values[left]! > pivot) left += 1
      while (values[right]! < pivot) right -= 1
      if (left > right) break
      const value = values[left]!
      values[left++] = values[right]!
      values[right--] = value
    }
    if (others <= right) high = right
    else if (others >= left) low = left
    else break
  }
  return values[others]!
}

/** Adds what a user's whole history says; its values weigh. */
export function addHistory(weights: ItemWeights, history: Interactions, user: number, scores: Float64Array): void {
  const [start, end] = [history.starts[user], history.starts[user + 1]]
  weights.addRows(history.items.subarray(start, end), history.values.subarray(start, end), scores)
}
