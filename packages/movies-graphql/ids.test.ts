import { toGlobalId } from '@movieverse/titles/global-id.ts'
import { expect, test } from 'vitest'
import { parseGlobalId, parseImdbId, rowIdOf } from './ids.ts'

test('a global id names its row, for its own type only', () => {
  expect(parseGlobalId(toGlobalId('Person', 7))).toEqual({ type: 'Person', id: 7 })
  expect(rowIdOf('Movie', toGlobalId('Movie', 7))).toBe(7)
  expect(rowIdOf('Movie', toGlobalId('Person', 7))).toBeNull()
})

test.each(['', '7', '\0', 'Movie:7', 'x'.repeat(10_000), toGlobalId('Movie', 7) + '='])(
  'an id that is not ours is refused with its field',
  (id) => {
    const refusal = expect.objectContaining({ code: 'BAD_USER_INPUT', details: { field: 'ids' } })
    expect(() => parseGlobalId(id, 'ids')).toThrow(refusal)
  },
)

test.each(['tt1', 'nm0000001', 'tt0192669\0', 'TT0192669', 'tt' + '1'.repeat(10_000)])(
  'an id that IMDb never gives a title is refused',
  (id) => {
    expect(() => parseImdbId(id)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }))
  },
)
