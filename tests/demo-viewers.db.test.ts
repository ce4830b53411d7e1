import type { buildServer } from '@movieverse/service/server.ts'
import { fromGlobalId } from '@movieverse/titles/global-id.ts'
import { namedViewers } from '@movieverse/viewers/demo-viewers.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { prepareDatabases } from '../scripts/platform/prepare-database.ts'
import { buildRecommendationsApp } from '../subgraphs/recommendations/app.ts'
import { readRecommendationsConfig } from '../subgraphs/recommendations/config.ts'
import {
  askViewer,
  listFields,
  viewerIdsOf,
  type RecommendedList,
} from '../subgraphs/recommendations/testing/ask-viewer.ts'
import { createTestDatabase, dialects, type TestDatabase } from './support/databases.ts'

interface ForYou {
  readonly recommendations: RecommendedList
  readonly home: ReadonlyArray<{
    readonly kind: string
    readonly strategy: string
    readonly items: RecommendedList['nodes']
  }>
}

describe.each(dialects())('a demo viewer after a first start on %s', (dialect) => {
  let database: TestDatabase
  let app: Awaited<ReturnType<typeof buildServer>>

  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await prepareDatabases({ DATABASE_URL: database.url }, true, () => {})
    app = await buildRecommendationsApp(readRecommendationsConfig({ DATABASE_URL: database.url, LOG_LEVEL: 'silent' }))
    await app.ready()
  })
  afterAll(async () => {
    await app.close()
    await database[Symbol.asyncDispose]()
  })

  test.each(namedViewers.map((viewer) => [viewer.userId, viewer] as const))(
    '%s finds twice as much of their genre in For you as their region’s catalogue holds, at least',
    async (userId, { genre, region }) => {
      const { db } = database
      const id = (await viewerIdsOf(app)).get(userId) ?? 0
      // As the website asks: the profile says which region.
      const selection = `{ recommendations(first: 20) ${listFields} home(first: 20) { kind strategy items { movie { id } } } }`
      const { data, errors } = await askViewer<ForYou>(app, { userId, id }, selection)
      expect(errors).toBeUndefined()
      const { recommendations, home = [] } = data._entities[0] ?? {}
      expect([recommendations?.strategy, home[0]?.kind, home[0]?.strategy]).toEqual(['PERSONAL', 'FOR_YOU', 'PERSONAL'])

      const ofGenre = new Set<number>(await db('title_genres').where('genre_code', genre).pluck('title_id'))
      const shareIn = (titleIds: readonly number[]): number =>
        titleIds.filter((titleId) => ofGenre.has(titleId)).length / titleIds.length
      const catalogue = shareIn(await db('availabilities').where('region_code', region).distinct().pluck('title_id'))
      for (const nodes of [recommendations?.nodes ?? [], home[0]?.items ?? []]) {
        const shown = nodes.map(({ movie }) => fromGlobalId(movie.id)?.id ?? 0)
        expect(shareIn(shown)).toBeGreaterThanOrEqual(2 * catalogue)
      }
    },
  )
})
