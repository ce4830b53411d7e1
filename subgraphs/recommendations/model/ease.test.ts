import { expect, test } from 'vitest'
import { drawInteractions } from '../testing/drawn-interactions.ts'
import { fitEase, shorterForm, type EaseOptions } from './ease.ts'
import { interactionsOf } from './interactions.ts'

const plain: EaseOptions = { ridge: 10, ridgePower: 0, userPower: 0, sessionShare: 0, sessionSeconds: 600 }

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((worst, value, at) => Math.max(worst, Math.abs(value - b[at]!)), 0)
}

test('two items and three users: the weights are those of the closed form, by hand', async () => {
  // X = [[1, 1], [1, 0], [0, 1]] and λ = 1: XᵀX + λI = [[3, 1], [1, 3]], P = [[3, -1], [-1, 3]] / 8, B = 1/3 off the diagonal.
  const met = (...items: number[]) => items.map((item) => ({ item, value: 1, time: 0 }))
  const weights = await fitEase(interactionsOf([met(0, 1), met(0), met(1)], 2), { ...plain, ridge: 1 })
  expect([...weights].map((weight) => weight.toFixed(6))).toEqual(['0.000000', '0.333333', '0.333333', '0.000000'])
})

test('the weights solve the regression of each item on all others', async () => {
  const interactions = drawInteractions(60, 40)
  const weights = await fitEase(interactions, plain, 'items')
  // The gradient of ‖X − XB‖² + λ‖B‖² is zero off the diagonal: Xᵀ(X − XB) = λB.
  const { starts, items, values, userCount, itemCount } = interactions
  const left = new Float64Array(itemCount * itemCount)
  for (let user = 0; user < userCount; user++) {
    const residual = new Float64Array(itemCount)
    for (let at = starts[user]!; at < starts[user + 1]!; at++) {
      residual[items[at]!]! += values[at]!
      for (let j = 0; j < itemCount; j++) residual[j]! -= values[at]! * weights[items[at]! * itemCount + j]!
    }
    for (let at = starts[user]!; at < starts[user + 1]!; at++) {
      for (let j = 0; j < itemCount; j++) left[items[at]! * itemCount + j]! += values[at]! * residual[j]!
    }
  }
  for (let i = 0; i < itemCount; i++) {
    for (let j = 0; j < itemCount; j++) {
      if (i === j) expect(weights[i * itemCount + j]).toBe(0)
      else expect(Math.abs(left[i * itemCount + j]! - plain.ridge * weights[i * itemCount + j]!)).toBeLessThan(1e-3)
    }
  }
})

test.each([plain, { ...plain, ridgePower: 0.5, userPower: 0.5 }])(
  'the inverse over users gives the same weights as the one over items: %o',
  async (options) => {
    const interactions = drawInteractions(50, 120)
    const [byItems, byUsers] = [
      await fitEase(interactions, options, 'items'),
      await fitEase(interactions, options, 'users'),
    ]
    expect(largestDifference(byItems, byUsers)).toBeLessThan(1e-5)
  },
)

test('items that users meet in one sitting weigh more with sessions than without', async () => {
  const at = (item: number, time: number) => ({ item, value: 1, time })
  const rows = Array.from({ length: 20 }, (_, user) => [at(0, user), at(1, user + 10), at(2, user + 1_000_000)])
  const single = Array.from({ length: 20 }, (_, user) => [at(user % 3, user)])
  const interactions = interactionsOf([...rows, ...single], 3)
  const without = await fitEase(interactions, plain, 'items')
  const within = await fitEase(interactions, { ...plain, sessionShare: 0.5 }, 'items')
  expect(without[1]).toBeCloseTo(without[2]!, 1)
  expect(within[1]! - within[2]!).toBeGreaterThan(0.1)
})

test('an item that nobody has gets no weights, and breaks nothing', async () => {
  const interactions = interactionsOf([[{ item: 0, value: 1, time: 0 }], [{ item: 1, value: 1, time: 0 }]], 3)
  const weights = await fitEase(interactions, { ...plain, ridgePower: 1 }, 'items')
  expect([weights[2], weights[5], weights[6], weights[7]].map((weight) => Math.abs(weight!))).toEqual([0, 0, 0, 0])
})

test('the shorter inverse is chosen, and sessions need the one over items', () => {
  expect(shorterForm(drawInteractions(10, 40), plain)).toBe('users')
  expect(shorterForm(drawInteractions(50, 40), plain)).toBe('items')
  expect(shorterForm(drawInteractions(10, 40), { ...plain, sessionShare: 0.5 })).toBe('items')
})
