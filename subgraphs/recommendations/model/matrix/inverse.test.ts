import { expect, test } from 'vitest'
import { seededRandom } from '../seeded-random.ts'
import { createSquareMatrix, invertPositiveDefinite, type SquareMatrix } from './inverse.ts'
import { NotPositiveDefiniteError } from './inverse-steps.ts'

/** A matrix of random parts with a diagonal that outweighs them. */
function drawMatrix(size: number, seed: number): SquareMatrix {
  const random = seededRandom(seed)
  const matrix = createSquareMatrix(size)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < row; column++) matrix.values[row * matrix.stride + column] = random() - 0.5
    matrix.values[row * matrix.stride + row] = size * 0.6 + random()
  }
  return matrix
}

/** How far the product of a matrix and what should be its inverse is from the identity. */
function distanceFromIdentity({ size, stride, values }: SquareMatrix, lower: Float64Array): number {
  let worst = 0
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column += 7) {
      let sum = 0
      for (let k = 0; k < size; k++) {
        sum += (k <= row ? lower[row * stride + k]! : lower[k * stride + row]!) * values[k * stride + column]!
      }
      worst = Math.max(worst, Math.abs(sum - Number(row === column)))
    }
  }
  return worst
}

test.each([1, 5, 63, 64, 65, 200])('a matrix of %i rows times its inverse is the identity', async (size) => {
  const matrix = drawMatrix(size, size)
  const lower = matrix.values.slice()
  await invertPositiveDefinite(matrix, 1)
  expect(distanceFromIdentity(matrix, lower)).toBeLessThan(1e-12)
})

test('three threads find the same inverse as one, to the last bit', async () => {
  const [alone, together] = [drawMatrix(450, 1), drawMatrix(450, 1)]
  await invertPositiveDefinite(alone, 1)
  await invertPositiveDefinite(together, 3)
  expect(together.values.every((value, at) => value === alone.values[at])).toBe(true)
})

test.each([1, 2])('a matrix that is not positive definite is refused on %i threads', async (threads) => {
  const matrix = drawMatrix(450, 2)
  matrix.values[200 * matrix.stride + 200] = -1
  const outcome = await invertPositiveDefinite(matrix, threads).catch((error: unknown) => error)
  expect(outcome).toMatchObject({ name: NotPositiveDefiniteError.name })
})
