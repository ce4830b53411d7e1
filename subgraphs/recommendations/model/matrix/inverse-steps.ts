import { addRowProducts, type Block } from './row-products.ts'

/** Rows and columns of a block; matrices are padded to a multiple of it. */
export const blockSize = 64

/** Waits until every thread is here. */
export type Barrier = () => void

/** The share of the work that one thread does: every `threads`-th block, beginning with `thread`. */
export interface Share {
  readonly thread: number
  readonly threads: number
  readonly barrier: Barrier
}

/** Not positive definite: some pivot is zero, negative or not a number. */
export class NotPositiveDefiniteError extends Error {
  override readonly name = 'NotPositiveDefiniteError'
}

/**
 * One thread's share of the inverse of a symmetric positive definite matrix, by A = L·Lᵀ (Cholesky), U = L⁻ᵀ and
 * A⁻¹ = U·Uᵀ. `matrix` holds the lower triangle and is replaced by the whole inverse; `scratch` is as large. `size` is
 * a multiple of the block size. The result does not depend on the number of threads.
 */
export function invertShare(matrix: Float64Array, scratch: Float64Array, size: number, share: Share): void {
  factorize(matrix, size, share)
  invertTriangle(matrix, scratch, size, share)
  share.barrier()
  multiplyTriangles(scratch, matrix, size, share)
  share.barrier()
  mirror(matrix, size, share)
  share.barrier()
}

/** L in the lower triangle, one column of blocks after the other. */
function factorize(matrix: Float64Array, size: number, { thread, threads, barrier }: Share): void {
  const blocks = size / blockSize
  const at = (row: number, column: number): Block => blockOf(matrix, size, row, column)
  for (let column = 0; column < blocks; column++) {
    const depth = column * blockSize
    for (let row = column; row < blocks; row++) {
      if (row % threads === thread)
        addRowProducts(at(row, column), at(row, 0), at(column, 0), [blockSize, blockSize, depth], -1)
    }
    barrier()
    if (thread === column % threads) factorizeBlock(at(column, column))
    barrier()
    for (let row = column + 1; row < blocks; row++) {
      if (row % threads === thread) solveRows(at(row, column), at(column, column))
    }
    barrier()
  }
}

function factorizeBlock({ values, offset, stride }: Block): void {
  for (let column = 0; column < blockSize; column++) {
    const pivotRow = offset + column * stride
    let pivot = values[pivotRow + column]!
    for (let k = 0; k < column; k++) pivot -= values[pivotRow + k]! ** 2
    if (!(pivot > 0)) throw new NotPositiveDefiniteError('the matrix is not positive definite')
    const root = Math.sqrt(pivot)
    values[pivotRow + column] = root
    for (let row = column + 1; row < blockSize; row++) {
      const start = offset + row * stride
      let sum = values[start + column]!
      for (let k = 0; k < column; k++) sum -= values[start + k]! * values[pivotRow + k]!
      values[start + column] = sum / root
    }
  }
}

/** X·Lᵀ = rows, solved for X in place. */
function solveRows(rows: Block, triangle: Block): void {
  for (let row = 0; row < blockSize; row++) {
    const start = rows.offset + row * rows.stride
    for (let column = 0; column < blockSize; column++) {
      const pivotRow = triangle.offset + column * triangle.stride
      let sum = rows.values[start + column]!
      for (let k = 0; k < column; k++) sum -= rows.values[start + k]! * triangle.values[pivotRow + k]!
      rows.values[start + column] = sum / triangle.values[pivotRow + column]!
    }
  }
}

/** U = L⁻ᵀ in the upper triangle of `inverse`; each row of blocks stands for itself. */
function invertTriangle(lower: Float64Array, inverse: Float64Array, size: number, { thread, threads }: Share): void {
  const blocks = size / blockSize
  for (let row = 0; row < blocks; row++) {
    if (row % threads !== thread) continue
    const diagonal = blockOf(inverse, size, row, row)
    for (let index = 0; index < blockSize; index++) diagonal.values[diagonal.offset + index * (size + 1)] = 1
    solveRows(diagonal, blockOf(lower, size, row, row))
    for (let column = row + 1; column < blocks; column++) {
      const target = blockOf(inverse, size, row, column)
      const depth = (column - row) * blockSize
      addRowProducts(target, diagonal, blockOf(lower, size, column, row), [blockSize, blockSize, depth], -1)
      solveRows(target, blockOf(lower, size, column, column))
    }
  }
}

/** The lower triangle of U·Uᵀ. */
function multiplyTriangles(upper: Float64Array, product: Float64Array, size: number, { thread, threads }: Share): void {
  const blocks = size / blockSize
  for (let row = 0; row < blocks; row++) {
    if (row % threads !== thread) continue
    product.fill(0, row * blockSize * size, (row + 1) * blockSize * size)
    const depth = size - row * blockSize
    for (let column = 0; column <= row; column++) {
      const [left, right] = [blockOf(upper, size, row, row), blockOf(upper, size, column, row)]
      addRowProducts(blockOf(product, size, row, column), left, right, [blockSize, blockSize, depth], 1)
    }
  }
}

/** Copies the lower triangle to the upper one. */
function mirror(matrix: Float64Array, size: number, { thread, threads }: Share): void {
  const blocks = size / blockSize
  for (let band = thread; band < blocks; band += threads) {
    for (let from = 0; from <= band; from++) {
      for (let row = band * blockSize; row < (band + 1) * blockSize; row++) {
        const end = Math.min((from + 1) * blockSize, row)
        for (let column = from * blockSize; column < end; column++) {
          matrix[column * size + row] = matrix[row * size + column]!
        }
      }
    }
  }
}

function blockOf(values: Float64Array, stride: number, row: number, column: number): Block {
  return { values, offset: (row * stride + column) * blockSize, stride }
}
