import { fromGlobalId, toGlobalId } from '@movieverse/titles/global-id.ts'
import { expect, test } from 'vitest'
import { fromViewerId, toViewerId } from './viewer-id.ts'

test('an id names its row again', () => {
  for (const id of [1, 7, 4_294_967_295]) expect(fromViewerId(toViewerId(id))).toBe(id)
})

test.each(['', 'x', '\0', 'Viewer:7', toGlobalId('Movie', 7), `${toViewerId(7)}=`, 'x'.repeat(10_000), toViewerId(0)])(
  'what is no viewer’s id names nobody',
  (text) => {
    expect(fromViewerId(text)).toBeNull()
  },
)

test('a viewer’s id is none that node() knows', () => {
  expect(fromGlobalId(toViewerId(7))).toBeNull()
})
