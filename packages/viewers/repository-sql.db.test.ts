import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../tests/support/databases.ts'
import { writeSmallCatalogue } from '../../tests/support/small-catalogue.ts'
import { readableSql, statementsOf } from '../titles/testing/statements.ts'
import { createErasureRepository } from './erasure.repository.ts'
import { exportViewer } from './export.ts'
import { feedbackSliceOf, listAllFeedback, streamFeedback } from './feedback-lists.ts'
import { historyTable, ratingsTable } from './feedback-tables.ts'
import { addToRevisions, ensureViewers, putRatings } from './feedback-writer.ts'
import { createProfileRepository, findProfile } from './profile.repository.ts'
import { createViewerChanges } from './viewer-changes.ts'
import { createViewerFeedbackRepository } from './viewer-feedback.repository.ts'
import { createViewersRepository } from './viewers.repository.ts'

type Calls = Record<string, () => Promise<unknown>>
const now = new Date('2026-11-02T12:00:00Z')

describe.each(dialects())('SQL on %s', (dialect) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await writeSmallCatalogue(database.db)
  })
  afterAll(() => database[Symbol.asyncDispose]())

  /** Compares every statement of the calls with the file under sql/ that a review reads. */
  async function expectSql(repository: string, calls: Calls): Promise<void> {
    const parts: string[] = []
    for (const [name, call] of Object.entries(calls)) {
      const statements = await statementsOf(database.db, call)
      parts.push(`-- ${name}\n${statements.map(({ sql }) => `${readableSql(sql)};\n`).join('\n')}`)
    }
    await expect(parts.join('\n')).toMatchFileSnapshot(`sql/${repository}.${dialect}.sql`)
  }

  const of = { viewerId: 1, idempotencyKey: null, now }

  test('of viewers, their profiles and their feedback is as reviewed', async () => {
    const viewers = createViewersRepository(database.db)
    const profiles = createProfileRepository(database.db)
    const reads = createViewerFeedbackRepository(database.db)
    const userHash = 'a'.repeat(64)
    await expectSql('viewers', {
      create: () => viewers.create({ userId: 'asha', userHash, now }),
      findByUserId: () => viewers.findByUserId('asha'),
      listLanguages: () => profiles.listLanguages(1),
      listGenres: () => profiles.listGenres(1),
      listServices: () => profiles.listServices(1),
      'listPage, first page': () => reads.listPage(ratingsTable, feedbackSliceOf(ratingsTable, 1, {}), false),
      'listPage with its length': () => reads.listPage(ratingsTable, feedbackSliceOf(ratingsTable, 1, {}), true),
      'listPage, backwards from a cursor': async () => {
        await putRatings(database.db, [{ viewerId: 1, titleId: 1, stars: 4, ratedAt: now }])
        const { pageInfo } = await reads.listPage(ratingsTable, feedbackSliceOf(ratingsTable, 1, {}), false)
        const page = { last: 2, before: pageInfo.endCursor }
        await reads.listPage(ratingsTable, feedbackSliceOf(ratingsTable, 1, page), false)
      },
      findAbout: () => reads.findAbout(historyTable, 1, [2, 1, 2]),
      findProfile: () => findProfile(database.db, 1),
      'listAllFeedback, ratings': () => listAllFeedback(database.db, ratingsTable, 1),
      'streamFeedback, ratings': async () => {
        for await (const rows of streamFeedback(database.db, ratingsTable)) expect(rows).toHaveLength(1)
      },
    })
  })

  test('of changes is as reviewed', async () => {
    const changes = createViewerChanges(database.db)
    await expectSql('changes', {
      'rate, with a key': () => changes.rate({ ...of, idempotencyKey: 'k' }, 1, 4.5),
      'rate, with the same key': () => changes.rate({ ...of, idempotencyKey: 'k' }, 1, 4.5),
      'rate, a title that is not there': () => changes.rate(of, 999, 4.5),
      addToWatchlist: () => changes.addToWatchlist(of, 1),
      recordProgress: () =>
        changes.recordProgress(of, 1, { seconds: 60, percent: null, isCompleted: null, watchedAt: null }),
      hide: () => changes.hide(of, 1),
      remove: () => changes.remove(of, 'hidden', 1),
      changeProfile: () =>
        changes.changeProfile(of, { displayName: 'Asha', regionCode: 'IN', languages: ['hi', 'en'], genres: [] }),
      ensureViewers: () => ensureViewers(database.db, ['asha', 'ben'], now),
      addToRevisions: () => addToRevisions(database.db, [1, 2]),
    })
  })

  test('of exports and erasures is as reviewed', async () => {
    const erasures = createErasureRepository(database.db)
    const viewer = await createViewersRepository(database.db).findByUserId('asha')
    if (!viewer) throw new Error('nobody')
    const userHash = 'b'.repeat(64)
    await expectSql('erasures', {
      exportViewer: () => exportViewer(database.db, viewer, now),
      erase: () => erasures.erase({ userId: 'asha', userHash, erasedAt: now, refusedUntil: new Date('2026-12-01') }),
      findTombstone: () => erasures.findTombstone(userHash, now),
    })
  })
})
