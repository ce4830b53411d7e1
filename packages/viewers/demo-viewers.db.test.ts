import { migrate } from '@movieverse/service/migrations.ts'
import { seedDatabase } from '@movieverse/titles/seeding/seeding.ts'
import type { Knex } from 'knex'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../tests/support/databases.ts'
import { writeDemoViewers } from './demo-viewers-writer.ts'
import { namedViewers } from './demo-viewers.ts'
import { listAllFeedback } from './feedback-lists.ts'
import { historyTable, ratingsTable } from './feedback-tables.ts'
import { findProfile } from './profile.repository.ts'
import { findViewer } from './viewers.repository.ts'

async function seeded(dialect: 'sqlite' | 'mysql'): Promise<TestDatabase> {
  const database = await createTestDatabase(dialect)
  await migrate(database.db)
  await seedDatabase(database.db, { hasDemoViewers: true })
  return database
}

/** What people did, by names instead of row ids and without times. */
async function deedsOf(db: Knex): Promise<string[]> {
  const rows: Array<{ userId: string; title: string; stars: number }> = await db('viewer_ratings as r')
    .join('viewers as v', 'v.id', 'r.viewer_id')
    .join('titles as t', 't.id', 'r.title_id')
    .select('v.user_id as userId', 't.title as title', 'r.half_stars as stars')
  return rows.map(({ userId, title, stars }) => `${userId} ${title} ${stars}`).toSorted()
}

const first = new Map<string, string[]>()

describe.each(dialects())('demo viewers on %s', (dialect) => {
  let database: TestDatabase
  let db: Knex
  beforeAll(async () => {
    database = await seeded(dialect)
    db = database.db
  })
  afterAll(() => database[Symbol.asyncDispose]())

  test('are the same on every machine and dialect', async () => {
    await using another = await seeded(dialect)
    const deeds = await deedsOf(db)
    expect(deeds.length).toBeGreaterThan(1500)
    expect(await deedsOf(another.db)).toEqual(deeds)
    first.set(dialect, deeds)
    for (const other of first.values()) expect(other).toEqual(deeds)
  })

  test('are left alone once there are viewers', async () => {
    const before = await db('viewers').select('*')
    expect(await writeDemoViewers(db, new Date())).toBe(0)
    expect(await db('viewers').select('*')).toEqual(before)
  })

  test.each(namedViewers.map(({ userId, ...viewer }) => [userId, viewer] as const))(
    '%s has rated their genre most, with the most stars, and has much of it left in their region',
    async (userId, { genre, region, displayName, languages }) => {
      const viewer = await findViewer(db, userId)
      if (!viewer) throw new Error('nobody')
      expect(viewer).toMatchObject({ displayName, regionCode: region, maturity: 'ADULT' })
      expect(await findProfile(db, viewer.id)).toMatchObject({ languages, genres: [genre] })
      const ratings = await listAllFeedback(db, ratingsTable, viewer.id)
      const history = await listAllFeedback(db, historyTable, viewer.id)
      expect(ratings.length).toBeGreaterThanOrEqual(10)
      expect(history.length).toBeGreaterThanOrEqual(8)
      const genres = new Map<number, string[]>()
      for (const { id, code } of await db('title_genres').select('title_id as id', 'genre_code as code'))
        genres.set(id, [...(genres.get(id) ?? []), code])
      const counts = new Map<string, number>()
      for (const { titleId } of ratings)
        for (const code of genres.get(titleId) ?? []) counts.set(code, (counts.get(code) ?? 0) + 1)
      const [top, second] = [...counts].toSorted(([, a], [, b]) => b - a)
      expect(top?.[0]).toBe(genre)
      expect(top?.[1]).toBeGreaterThan(second?.[1] ?? 0)
      const starsOf = (isTop: boolean): number => {
        const some = ratings.filter(({ titleId }) => genres.get(titleId)?.includes(genre) === isTop)
        return some.reduce((sum, { stars }) => sum + stars, 0) / some.length
      }
      expect(starsOf(true)).toBeGreaterThan(starsOf(false) + 1)
      // What is left of the genre suffices for twice its share in twenty.
      const there: number[] = await db('availabilities').where('region_code', region).distinct().pluck('title_id')
      const ofGenre = there.filter((id) => genres.get(id)?.includes(genre))
      const done = new Set([...ratings, ...history].map(({ titleId }) => titleId))
      const left = ofGenre.filter((id) => !done.has(id))
      expect(left.length).toBeGreaterThanOrEqual(Math.ceil((2 * 20 * ofGenre.length) / there.length))
    },
  )
})

test('a database whose titles came from elsewhere, or in production, gets none', async () => {
  await using database = await createTestDatabase('sqlite')
  await migrate(database.db)
  await seedDatabase(database.db)
  expect(await database.db('viewers')).toEqual([])
})
