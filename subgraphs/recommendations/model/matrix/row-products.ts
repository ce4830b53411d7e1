// Indexes stay inside their arrays by construction, so `!` says so where a check would cost the inner loop.

/** A rectangle of a row-major matrix: where it begins and how far its rows are apart. */
export interface Block {
  readonly values: Float64Array
  readonly offset: number
  readonly stride: number
}

/** How many columns are multiplied before the next: eight rows of them stay in the first cache. */
const depthAtOnce = 256

/**
 * `target -= left · rightᵀ`, or `target += …` with sign 1: every entry is the product of a row of `left` and a row of
 * `right`, so both are read along their rows. Rows, columns and depth must be multiples of four.
 */
export function addRowProducts(
  target: Block,
  left: Block,
  right: Block,
  [rows, columns, depth]: readonly [rows: number, columns: number, depth: number],
  sign: 1 | -1,
): void {
  for (let from = 0; from < depth; from += depthAtOnce) {
    const count = Math.min(depthAtOnce, depth - from)
    for (let row = 0; row < rows; row += 4) {
      for (let column = 0; column < columns; column += 4) {
        addTile(
          target.values,
          target.offset + row * target.stride + column,
          target.stride,
          left.values,
          left.offset + row * left.stride + from,
          left.stride,
          right.values,
          right.offset + column * right.stride + from,
          right.stride,
          count,
          sign,
        )
      }
    }
  }
}

// Sixteen sums at once: eight loads for sixteen multiplications, where one sum would take two for each.
function addTile(
  c: Float64Array,
  cOffset: number,
  cStride: number,
  a: Float64Array,
  aOffset: number,
  aStride: number,
  b: Float64Array,
  bOffset: number,
  bStride: number,
  depth: number,
  sign: number,
): void {
  let [c00, c01, c02, c03, c10, c11, c12, c13] = [0, 0, 0, 0, 0, 0, 0, 0]
  let [c20, c21, c22, c23, c30, c31, c32, c33] = [0, 0, 0, 0, 0, 0, 0, 0]
  const [a1, a2, a3] = [aOffset + aStride, aOffset + 2 * aStride, aOffset + 3 * aStride]
  const [b1, b2, b3] = [bOffset + bStride, bOffset + 2 * bStride, bOffset + 3 * bStride]
  for (let k = 0; k < depth; k++) {
    const b0k = b[bOffset + k]!
    const b1k = b[b1 + k]!
    const b2k = b[b2 + k]!
    const b3k = b[b3 + k]!
    let ak = a[aOffset + k]!
    c00 += ak * b0k
    c01 += ak * b1k
    c02 += ak * b2k
    c03 += ak * b3k
    ak = a[a1 + k]!
    c10 += ak * b0k
    c11 += ak * b1k
    c12 += ak * b2k
    c13 += ak * b3k
    ak = a[a2 + k]!
    c20 += ak * b0k
    c21 += ak * b1k
    c22 += ak * b2k
    c23 += ak * b3k
    ak = a[a3 + k]!
    c30 += ak * b0k
    c31 += ak * b1k
    c32 += ak * b2k
    c33 += ak * b3k
  }
  addRow(c, cOffset, sign, c00, c01, c02, c03)
  addRow(c, cOffset + cStride, sign, c10, c11, c12, c13)
  addRow(c, cOffset + 2 * cStride, sign, c20, c21, c22, c23)
  addRow(c, cOffset + 3 * cStride, sign, c30, c31, c32, c33)
}

function addRow(c: Float64Array, at: number, sign: number, v0: number, v1: number, v2: number, v3: number): void {
  c[at] = c[at]! + sign * v0
  c[at + 1] = c[at + 1]! + sign * v1
  c[at + 2] = c[at + 2]! + sign * v2
  c[at + 3] = c[at + 3]! + sign * v3
}
