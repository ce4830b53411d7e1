import type { AvailabilityChangeRow } from '@movieverse/titles/rows.ts'
import { describe, expect, test } from 'vitest'
import { ChangeLog } from './change-log.ts'

/** A log as a reader sees it: the changes whose transactions have committed. */
function logOf(...visible: number[]) {
  const ids = new Set(visible)
  return {
    ids,
    async listChangesAfter(after: number, limit: number) {
      const found = [...ids].filter((id) => id > after).toSorted((one, other) => one - other)
      return found.slice(0, limit).map(changeOf)
    },
    findLatestChangeId: async () => Math.max(0, ...ids),
  }
}

function changeOf(id: number): AvailabilityChangeRow {
  const at = new Date(0)
  const offer = { offerType: null, availableFrom: at, availableUntil: null, changedAt: at }
  return { id, titleId: id, regionCode: 'IN', kind: 'ADDED', ...offer }
}

const idsOf = (changes: readonly AvailabilityChangeRow[]): number[] => changes.map(({ id }) => id)
const second = 1000

describe('the log of changes', () => {
  test('tells what came since it was begun, once', async () => {
    const source = logOf(1, 2)
    const log = new ChangeLog(source)
    await log.begin(0)
    expect(await log.readNew(0)).toEqual([])
    source.ids.add(3).add(4)
    expect(idsOf(await log.readNew(second))).toEqual([3, 4])
    expect(await log.readNew(2 * second)).toEqual([])
  })

  test('tells a change that becomes visible after a later one', async () => {
    const source = logOf(1)
    const log = new ChangeLog(source)
    await log.begin(0)
    source.ids.add(4)
    expect(idsOf(await log.readNew(second))).toEqual([4])
    source.ids.add(3).add(2)
    expect(idsOf(await log.readNew(5 * second))).toEqual([2, 3])
    expect(await log.readNew(6 * second)).toEqual([])
  })

  test('tells a change of a transaction that was under way when it was begun', async () => {
    const source = logOf(1, 3)
    const log = new ChangeLog(source)
    await log.begin(0)
    source.ids.add(2)
    expect(idsOf(await log.readNew(second))).toEqual([2])
  })

  test('stops looking for an id that was rolled back, and goes on with the rest', async () => {
    const source = logOf(1)
    const read: number[] = []
    const log = new ChangeLog({
      ...source,
      async listChangesAfter(after, limit) {
        read.push(after)
        return source.listChangesAfter(after, limit)
      },
    })
    await log.begin(0)
    source.ids.add(10)
    expect(idsOf(await log.readNew(second))).toEqual([10])
    await log.readNew(20 * second)
    await log.readNew(21 * second)
    expect(read.at(-1)).toBe(10)
    source.ids.add(11)
    expect(idsOf(await log.readNew(22 * second))).toEqual([11])
  })

  test('tells thousands of changes page by page, without losing or repeating any', async () => {
    const source = logOf(1)
    const log = new ChangeLog(source)
    await log.begin(0)
    const later = Array.from({ length: 3210 }, (_, index) => index + 2).filter((id) => id % 700 !== 0)
    for (const id of later) source.ids.add(id)
    const told: number[] = []
    for (let page = 0; page < 20; page += 1) told.push(...idsOf(await log.readNew(page * second)))
    expect(told).toEqual(later)
  })

  test('begins at the end of a long log without reading all of it', async () => {
    const source = logOf(...Array.from({ length: 5000 }, (_, index) => index + 1))
    let pages = 0
    const log = new ChangeLog({
      ...source,
      async listChangesAfter(after, limit) {
        pages += 1
        return source.listChangesAfter(after, limit)
      },
    })
    await log.begin(0)
    expect(pages).toBeLessThan(5)
    expect(await log.readNew(0)).toEqual([])
  })
})
