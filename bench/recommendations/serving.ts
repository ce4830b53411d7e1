import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase } from '@movieverse/service/database.ts'
import { inWriteTransaction } from '@movieverse/titles/writing/bulk-rows.ts'
import { ensureViewers, putRatings } from '@movieverse/viewers/feedback-writer.ts'
import { toViewerId } from '@movieverse/viewers/viewer-id.ts'
import type { Knex } from 'knex'
import { buildRecommendationsApp } from '../../subgraphs/recommendations/app.ts'
import { readRecommendationsConfig } from '../../subgraphs/recommendations/config.ts'
import { trainModel } from '../../subgraphs/recommendations/training/train.ts'
import { signedIn } from '../../tests/support/subgraph-app.ts'
import { benchNow, generateCatalogue } from '../titles/dataset.ts'
import { drawRatings } from './ratings.ts'

const titleCount = 10_000
const viewerCount = 300
const ratingsEach = 200
const warmUps = 200

/** Milliseconds of single requests, one after the other. */
export interface ServingTimes {
  readonly sorted: readonly number[]
  readonly model: string
}

const query = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Viewer { recommendations(first: 20, region: IN) {
  strategy totalCount nodes { movie { id } score because { movie { id } weight } reason } } } } }`

/** A region's top 20 with reasons for viewers of 200 ratings, asked as the supergraph asks, without a socket. */
export async function timeServing(requests: number): Promise<ServingTimes> {
  const folder = mkdtempSync(join(tmpdir(), 'movieverse-bench-'))
  const url = `sqlite:${folder}/bench.sqlite`
  const db = createDatabase(url)
  try {
    await generateCatalogue(db, titleCount)
    const userIds = await rateTitles(db)
    const report = await trainModel(db, { now: new Date(), isQuick: true })
    const app = await buildRecommendationsApp(readRecommendationsConfig({ DATABASE_URL: url, LOG_LEVEL: 'silent' }))
    await app.ready()
    const viewers = [...userIds].slice(0, 50)
    const sorted: number[] = []
    for (let request = -warmUps; request < requests; request++) {
      const [userId, id] = viewers[Math.abs(request) % viewers.length] ?? ['', 0]
      const startedAt = performance.now()
      const answer = await app.inject({
        method: 'POST',
        url: '/graphql',
        headers: { ...signedIn(userId), 'x-service-secret': 'development-service-secret' },
        payload: { query, variables: { refs: [{ __typename: 'Viewer', id: toViewerId(id) }] } },
      })
      if (request >= 0) sorted.push(performance.now() - startedAt)
      if (!answer.payload.includes('"PERSONAL"')) throw new Error(`not answered: ${answer.payload.slice(0, 300)}`)
    }
    await app.close()
    return { sorted: sorted.toSorted((a, b) => a - b), model: `${report.weights} weights of ${report.titles} titles` }
  } finally {
    await db.destroy()
    rmSync(folder, { recursive: true })
  }
}

/** The last 2,000 titles stay unmet. */
async function rateTitles(db: Knex): Promise<Map<string, number>> {
  const ratings = drawRatings(viewerCount, titleCount - 2000, viewerCount * ratingsEach)
  const titleIds: number[] = await db('titles').orderBy('id').pluck('id')
  const userIds = Array.from({ length: viewerCount }, (_, viewer) => `bench-${viewer}`)
  const ids = await inWriteTransaction(db, (trx) => ensureViewers(trx, userIds, benchNow))
  for (const [viewer, userId] of userIds.entries()) {
    // Exactly 200 each, whatever was drawn for this one.
    const drawn = [...ratings.items.subarray(ratings.starts[viewer], ratings.starts[viewer + 1])]
    const others = [...ratings.items].filter((item) => !drawn.includes(item))
    const items = [...new Set([...drawn, ...others])].slice(0, ratingsEach)
    const rows = items.map((item, place) => ({
      viewerId: ids.get(userId) ?? 0,
      titleId: titleIds[item] ?? 0,
      stars: 3 + (item % 5) / 2,
      ratedAt: new Date(benchNow.getTime() - place * 3_600_000),
    }))
    await inWriteTransaction(db, (trx) => putRatings(trx, rows))
  }
  return ids
}
