import { listTables } from '@movieverse/service/dump-tables.ts'
import type { buildServer } from '@movieverse/service/server.ts'
import { toGlobalId } from '@movieverse/titles/global-id.ts'
import { fromViewerId, toViewerId } from '@movieverse/viewers/viewer-id.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildRecommendationsApp } from '../subgraphs/recommendations/app.ts'
import { readRecommendationsConfig } from '../subgraphs/recommendations/config.ts'
import { askViewer, listFields } from '../subgraphs/recommendations/testing/ask-viewer.ts'
import { writeTastePlatform } from '../subgraphs/recommendations/testing/taste-platform.ts'
import { trainModel } from '../subgraphs/recommendations/training/train.ts'
import { buildViewersApp } from '../subgraphs/viewers/app.ts'
import { readViewersConfig } from '../subgraphs/viewers/config.ts'
import { createTestDatabase, dialects, type TestDatabase } from './support/databases.ts'
import { askApp, signedIn } from './support/subgraph-app.ts'

type App = Awaited<ReturnType<typeof buildServer>>

const asService = { 'x-service-secret': 'development-service-secret' }
const erase = 'mutation { eraseMe(input: {}) { errors { message } } }'

describe.each(dialects())('a viewer who was erased, on %s', (dialect) => {
  let database: TestDatabase
  let viewers: App
  let recommendations: App

  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await writeTastePlatform(database.db)
    await trainModel(database.db, { now: new Date(), isQuick: true })
    const environment = { DATABASE_URL: database.url, LOG_LEVEL: 'silent' }
    viewers = await buildViewersApp(readViewersConfig(environment))
    recommendations = await buildRecommendationsApp(readRecommendationsConfig(environment))
    await Promise.all([viewers.ready(), recommendations.ready()])
  })
  afterAll(async () => {
    await Promise.all([viewers.close(), recommendations.close()])
    await database[Symbol.asyncDispose]()
  })

  /** Every row of every table. */
  async function everyRow(): Promise<Map<string, object[]>> {
    const tables = await listTables(database.db)
    const rows = await Promise.all(tables.map(({ name }) => database.db(name).select<object[]>('*')))
    return new Map(tables.map(({ name }, index) => [name, rows[index] ?? []]))
  }

  const countsOf = (rows: ReadonlyMap<string, object[]>): object =>
    Object.fromEntries([...rows].map(([table, own]) => [table, own.length]))

  /** Signs in for the first time and leaves a row in every table of viewers; answers the viewer's row id. */
  async function furnish(userId: string): Promise<number> {
    const titleIds: number[] = await database.db('titles').orderBy('id').limit(12).pluck('id')
    const movieIds = titleIds.map((id) => `movieId: "${toGlobalId('Movie', id)}"`)
    const ratings = movieIds
      .slice(0, 9)
      .map((movieId, at) => `r${at}: rateMovie(input: { ${movieId}, stars: 5 }) { errors { message } }`)
    const { errors } = await askApp(
      viewers,
      `mutation { ${ratings.join(' ')}
        a: addToWatchlist(input: { ${movieIds[9]}, idempotencyKey: "once" }) { errors { message } }
        b: recordProgress(input: { ${movieIds[10]}, progressPercent: 95 }) { errors { message } }
        c: hideMovie(input: { ${movieIds[11]} }) { errors { message } }
        d: updateProfile(input: { displayName: "Leaver", region: IN, languages: ["hi"], favouriteGenres: ["drama"], services: ["mubi"] }) { errors { message } } }`,
      { headers: signedIn(userId) },
    )
    expect(errors).toBeUndefined()
    const { data } = await askApp<{ viewer: { id: string } }>(viewers, '{ viewer { id } }', {
      headers: signedIn(userId),
    })
    return fromViewerId(data.viewer.id) ?? 0
  }

  test('is nobody to recommendations: the old token is answered nothing personal and leaves no row in any table', async () => {
    const before = await everyRow()
    const leaver = { userId: 'leaver', id: await furnish('leaver') }
    const personal = `{ recommendations(first: 5) ${listFields} home(first: 5) { kind strategy items { reason } } }`
    const own = await askViewer<{ recommendations: { strategy: string } }>(recommendations, leaver, personal)
    expect(own.data._entities[0]?.recommendations.strategy).toBe('PERSONAL')

    expect((await askApp(viewers, erase, { headers: signedIn('leaver') })).data).toEqual({ eraseMe: { errors: [] } })
    const after = await everyRow()
    expect(countsOf(after)).toEqual({ ...countsOf(before), erased_viewers: 1 })

    for (const headers of [{}, { 'x-region': 'IN' }]) {
      expect((await askViewer(recommendations, leaver, personal, headers)).data).toEqual({ _entities: [null] })
    }
    // Every other field is for everybody: with the token it answers what it answers without, the profile's region included.
    const { title_id: titleId } = await database.db('viewer_ratings').first('title_id')
    const lists = `query ($refs: [_Any!]!) { popular(first: 3) ${listFields} trending(first: 3) ${listFields}
      _entities(representations: $refs) { ... on Movie { similar(first: 3) ${listFields} } } }`
    const variables = { refs: [{ __typename: 'Movie', id: toGlobalId('Movie', titleId) }] }
    const { schema } = recommendations.graphql
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {}).toSorted()).toEqual([
      '_entities',
      '_service',
      'popular',
      'trending',
    ])
    expect([schema.getMutationType(), schema.getSubscriptionType()]).toEqual([undefined, undefined])
    for (const [region, code] of [
      [{}, 'REGION_REQUIRED'],
      [{ 'x-region': 'IN' }, undefined],
    ] as const) {
      const replayed = await askApp(recommendations, lists, {
        variables,
        headers: { ...asService, ...region, ...signedIn('leaver') },
      })
      const anonymous = await askApp(recommendations, lists, { variables, headers: { ...asService, ...region } })
      expect(replayed).toEqual(anonymous)
      expect(replayed.errors?.[0]?.extensions.code).toBe(code)
    }
    expect(await everyRow()).toEqual(after)
  })

  test('is refused by viewers: the old token is answered nothing and leaves no row in any table', async () => {
    const id = await furnish('third')
    await askApp(viewers, erase, { headers: signedIn('third') })
    const after = await everyRow()
    const movieId = toGlobalId('Movie', (await database.db('viewer_ratings').first('title_id')).title_id)
    const refs = [
      { __typename: 'Viewer', id: toViewerId(id) },
      { __typename: 'Movie', id: movieId },
    ]
    for (const query of [
      '{ viewer { id } }',
      '{ exportMe }',
      `mutation { rateMovie(input: { movieId: "${movieId}", stars: 4, idempotencyKey: "once" }) { errors { message } } }`,
      `mutation { addToWatchlist(input: { movieId: "${movieId}" }) { errors { message } } }`,
      'mutation { updateProfile(input: { displayName: "Back" }) { errors { message } } }',
    ]) {
      const { data, errors } = await askApp(viewers, query, { headers: signedIn('third') })
      expect([Object.values(data), errors?.[0]?.extensions.code]).toEqual([[null], 'UNAUTHENTICATED'])
    }
    const query =
      'query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Viewer { id } ... on Movie { viewer { rating } } } }'
    const headers = { ...asService, ...signedIn('third') }
    const { errors } = await askApp(viewers, query, { variables: { refs }, headers })
    expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['UNAUTHENTICATED']))
    expect((await askApp(viewers, erase, { headers: signedIn('third') })).data).toEqual({ eraseMe: { errors: [] } })
    expect(await everyRow()).toEqual(after)
  })

  test('stays nobody to recommendations where somebody new gets their row id', async () => {
    const id = await furnish('second')
    await askApp(viewers, erase, { headers: signedIn('second') })
    const time = '2026-11-01 00:00:00.000'
    await database.db('viewers').insert({ id, user_id: 'heir', created_at: time, updated_at: time })
    const lists = `{ recommendations(region: IN) ${listFields} }`
    expect((await askViewer(recommendations, { userId: 'second', id }, lists)).data).toEqual({ _entities: [null] })
    const heir = await askViewer<{ recommendations: { strategy: string } }>(
      recommendations,
      { userId: 'heir', id },
      lists,
    )
    expect(heir.data._entities[0]?.recommendations.strategy).toBe('PROFILE')
  })
})
