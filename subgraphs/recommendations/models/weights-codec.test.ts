import { expect, test } from 'vitest'
import { decodeTargets, encodeTargets } from './weights-codec.ts'

test('what is packed comes out again', () => {
  const targets = { titleIds: Int32Array.of(3, 70_000), weights: Float32Array.of(0.25, -1.5) }
  expect(decodeTargets(encodeTargets(targets))).toEqual(targets)
  expect(decodeTargets('')).toEqual({ titleIds: new Int32Array(), weights: new Float32Array() })
})

test('what is cut short or holds no number is refused', () => {
  const text = encodeTargets({ titleIds: Int32Array.of(1), weights: Float32Array.of(1) })
  expect(() => decodeTargets(text.slice(0, 8))).toThrow(RangeError)
  expect(() => decodeTargets(encodeTargets({ titleIds: Int32Array.of(1), weights: Float32Array.of(NaN) }))).toThrow(
    RangeError,
  )
})
