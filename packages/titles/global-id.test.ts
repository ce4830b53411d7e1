import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromGlobalId, toGlobalId } from './global-id.ts'

describe('global ids', () => {
  test('what goes in comes out', () => {
    const type = fc.constantFrom('Movie' as const, 'Person' as const)
    fc.assert(
      fc.property(type, fc.integer({ min: 1, max: 999_999_999 }), (name, id) => {
        expect(fromGlobalId(toGlobalId(name, id))).toEqual({ type: name, id })
      }),
    )
  })

  test('no text makes them throw, and each thing has one id only', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String(),
      fc.string().map((text) => Buffer.from(text).toString('base64url')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const named = fromGlobalId(text)
        expect(named === null || toGlobalId(named.type, named.id) === text).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  const encode = (text: string): string => Buffer.from(text).toString('base64url')
  test.each([
    ['', 'nothing'],
    ['1', 'a bare row id'],
    [`${toGlobalId('Movie', 1)}=`, 'padding'],
    [`${toGlobalId('Movie', 1)}\0`, 'a NUL byte'],
    [encode('Viewer:1'), 'a type that is no node'],
    [encode('Movie:0'), 'row 0'],
    [encode('Movie:-1'), 'a negative row'],
    [encode('Movie:1e3'), 'another way to write a number'],
    [encode('Movie:01'), 'a leading zero'],
    [encode('Movie:1; drop table titles'), 'more than an id'],
    ['A'.repeat(10_000), '10 kB'],
  ])('%j is refused: %s', (text) => {
    expect(fromGlobalId(text)).toBeNull()
  })
})
