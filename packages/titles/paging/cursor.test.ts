import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCursorCodec } from './cursor.ts'

const isText = (key: unknown): key is string => typeof key === 'string'
const cursors = createCursorCodec(['*', 'TITLE', []], isText)
const invalid = expect.objectContaining({ code: 'INVALID_CURSOR', details: { field: 'after' } })

describe('cursors', () => {
  test('what goes in comes out, and nothing stays nothing', () => {
    fc.assert(fc.property(fc.string(), (key) => void expect(cursors.decode('after', cursors.encode(key))).toBe(key)))
    expect(cursors.decode('after', null)).toBeNull()
  })

  test('any other text is refused with a code, naming the argument', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String(),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
    )
    fc.assert(fc.property(text, (cursor) => void expect(() => cursors.decode('after', cursor)).toThrow(invalid)))
  })

  test('a cursor that is cut off, changed or 10 kB long is refused', () => {
    const cursor = cursors.encode('a title\t0000002a')
    for (let length = 0; length < cursor.length; length++) {
      expect(() => cursors.decode('after', cursor.slice(0, length))).toThrow(invalid)
    }
    expect(() => cursors.decode('after', `${cursor}A`)).toThrow(invalid)
    expect(() => cursors.decode('after', 'A'.repeat(10_000))).toThrow(invalid)
  })

  test('a cursor of another list, version or kind of key says so', () => {
    const other = createCursorCodec(['*', 'YEAR', []], isText)
    expect(() => other.decode('before', cursors.encode('x'))).toThrow(/before belongs to another list/)
    const [, hash] = JSON.parse(Buffer.from(cursors.encode('x'), 'base64url').toString())
    const forged = (parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url')
    expect(() => cursors.decode('after', forged([2, hash, 'x']))).toThrow(/another version/)
    expect(() => cursors.decode('after', forged([1, hash, 7]))).toThrow(invalid)
    expect(() => cursors.decode('after', forged([1, hash]))).toThrow(invalid)
    expect(() => cursors.decode('after', forged([1, hash, 'x', 'y']))).toThrow(invalid)
  })
})
