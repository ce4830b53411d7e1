import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../tests/support/databases.ts'
import { writeSmallCatalogue } from '../../tests/support/small-catalogue.ts'
import { listAllFeedback, streamFeedback } from './feedback-lists.ts'
import { historyTable, ratingsTable, watchlistTable } from './feedback-tables.ts'
import { ensureViewers, putHistoryEntries, putRatings } from './feedback-writer.ts'
import { findProfile } from './profile.repository.ts'
import type { RatingRow } from './rows.ts'
import { findViewer } from './viewers.repository.ts'

const now = new Date('2026-11-02T12:00:00.123Z')

describe.each(dialects())('feedback in bulk on %s', (dialect) => {
  let database: TestDatabase
  let titleIds: number[]
  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await writeSmallCatalogue(database.db)
    titleIds = await database.db('titles').orderBy('id').pluck('id')
  })
  afterAll(() => database[Symbol.asyncDispose]())

  const crowd = Array.from({ length: 1001 }, (_, index) => `movielens:${index}`)

  test('viewers are made once, found again, and more of them than one statement takes', async () => {
    const first = await ensureViewers(database.db, crowd, now)
    expect(first.size).toBe(crowd.length)
    const again = await ensureViewers(database.db, [...crowd, 'movielens:new', 'movielens:new'], now)
    expect([...again].slice(0, crowd.length)).toEqual([...first])
    expect(again.size).toBe(crowd.length + 1)
  })

  test('every rating is streamed once by viewer and title, across the batches’ ends; the last one written counts', async () => {
    const ids = await ensureViewers(database.db, crowd, now)
    const rows = [...ids.values()].flatMap((viewerId, index): RatingRow[] =>
      titleIds
        .slice(0, index % 4)
        .map((titleId) => ({ viewerId, titleId, stars: 0.5 + (index % 10) / 2, ratedAt: now })),
    )
    await putRatings(database.db, [...rows, ...rows.slice(0, 2).map((row) => ({ ...row, stars: 5 }))])
    for (const size of [1, 7, 5000]) {
      const streamed: RatingRow[] = []
      for await (const batch of streamFeedback(database.db, ratingsTable, size)) {
        expect(batch.length).toBeLessThanOrEqual(size)
        streamed.push(...batch)
        if (size === 1 && streamed.length === 20) break
      }
      const expected = rows.map((row, index) => (index < 2 ? { ...row, stars: 5 } : row))
      expect(streamed).toEqual(
        expected.toSorted((a, b) => a.viewerId - b.viewerId || a.titleId - b.titleId).slice(0, streamed.length),
      )
      if (size > 1) expect(streamed).toHaveLength(rows.length)
    }
  })

  test('a viewer’s profile and feedback are read as they were written, and nobody is made', async () => {
    const { db } = database
    expect(await findViewer(db, 'nobody')).toBeNull()
    const viewer = await findViewer(db, 'movielens:3')
    if (!viewer) throw new Error('nobody')
    const [titleId = 0] = titleIds
    const entry = {
      viewerId: viewer.id,
      titleId,
      progressSeconds: 60,
      progressPercent: 12.34,
      isCompleted: true,
      watchedAt: now,
    }
    await putHistoryEntries(database.db, [entry])
    expect(await listAllFeedback(db, historyTable, viewer.id)).toEqual([entry])
    expect(await listAllFeedback(db, ratingsTable, viewer.id)).toHaveLength(3)
    expect(await listAllFeedback(db, watchlistTable, viewer.id)).toEqual([])
    expect(await findProfile(db, viewer.id)).toEqual({ languages: [], genres: [], services: [] })
    expect((await findViewer(db, 'movielens:3'))?.revision).toBeGreaterThan(viewer.revision)
    const [history] = await Array.fromAsync(streamFeedback(db, historyTable))
    expect(history).toEqual([entry])
  })

  test('stars and halves that cannot be are refused by the database, too', async () => {
    const [viewerId = 0] = (await ensureViewers(database.db, crowd, now)).values()
    for (const stars of [0, 5.5])
      await expect(
        putRatings(database.db, [{ viewerId, titleId: titleIds[0] ?? 0, stars, ratedAt: now }]),
      ).rejects.toThrow(/CHECK|constraint/i)
  })
})
