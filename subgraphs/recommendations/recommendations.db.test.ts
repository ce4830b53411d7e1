import { fromGlobalId, toGlobalId } from '@movieverse/titles/global-id.ts'
import { toViewerId } from '@movieverse/viewers/viewer-id.ts'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { runCommand } from '../../tests/support/command.ts'
import { createTestDatabase, dialects, type TestDatabase } from '../../tests/support/databases.ts'
import { askApp, readsOf, signedIn, statementsOf } from '../../tests/support/subgraph-app.ts'
import { buildRecommendationsApp } from './app.ts'
import { readRecommendationsConfig } from './config.ts'
import { askViewer, listFields, viewerIdsOf, type RecommendedList } from './testing/ask-viewer.ts'
import { userOf, writeTastePlatform } from './testing/taste-platform.ts'
import { trainModel } from './training/train.ts'

const regions = ['IN', 'US', 'GB']

describe.each(dialects())('recommendations on %s', (dialect) => {
  let database: TestDatabase
  let app: FastifyInstance
  let ids: Map<string, number>

  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await writeTastePlatform(database.db)
    await trainModel(database.db, { now: new Date(), isQuick: true })
    app = await buildRecommendationsApp(readRecommendationsConfig({ DATABASE_URL: database.url, LOG_LEVEL: 'silent' }))
    await app.ready()
    ids = await viewerIdsOf(app)
  })
  afterAll(async () => {
    await app.close()
    await database[Symbol.asyncDispose]()
  })

  const viewerAt = (viewer: number) => ({ userId: userOf(viewer), id: ids.get(userOf(viewer)) ?? 0 })

  async function recommend(viewer: number, args: string, headers = {}): Promise<RecommendedList> {
    const { data, errors } = await askViewer<{ recommendations: RecommendedList }>(
      app,
      viewerAt(viewer),
      `{ recommendations(${args}) ${listFields} }`,
      headers,
    )
    expect(errors).toBeUndefined()
    const list = data._entities[0]?.recommendations
    if (!list) throw new Error('no list')
    return list
  }

  const rowIds = (nodes: ReadonlyArray<{ readonly movie: { readonly id: string } }>): number[] =>
    nodes.map(({ movie }) => fromGlobalId(movie.id)?.id ?? 0)

  async function availableIn(regionCode: string): Promise<Set<number>> {
    const now = new Date().toISOString().replace('T', ' ').replace('Z', '')
    const rows: number[] = await database
      .db('availabilities')
      .where('region_code', regionCode)
      .where('available_from', '<=', now)
      .where((or) => void or.whereNull('available_until').orWhere('available_until', '>', now))
      .pluck('title_id')
    return new Set(rows)
  }

  async function excludedFor(viewerId: number): Promise<Set<number>> {
    const rated: number[] = await database.db('viewer_ratings').where({ viewer_id: viewerId }).pluck('title_id')
    const hidden: number[] = await database.db('hidden_titles').where({ viewer_id: viewerId }).pluck('title_id')
    const watched: number[] = await database
      .db('history_entries')
      .where({ viewer_id: viewerId, is_completed: true })
      .pluck('title_id')
    return new Set([...rated, ...hidden, ...watched])
  }

  test('100 viewers in 3 regions: exactly as many as asked for, all available there, none seen or hidden, weights that sum to the score', async () => {
    for (const regionCode of regions) {
      const available = await availableIn(regionCode)
      for (let viewer = 0; viewer < 100; viewer++) {
        const list = await recommend(viewer, `first: 20, region: ${regionCode}`)
        const excluded = await excludedFor(viewerAt(viewer).id)
        const shown = rowIds(list.nodes)
        expect(list.strategy).toBe('PERSONAL')
        expect(new Set(shown).size).toBe(20)
        expect(shown.filter((id) => !available.has(id) || excluded.has(id))).toEqual([])
        expect(list.totalCount).toBe([...available].filter((id) => !excluded.has(id)).length)
        for (const { score, because, reason } of list.nodes) {
          expect(Math.abs(because.reduce((sum, { weight }) => sum + weight, 0) - score)).toBeLessThan(1e-9)
          expect(reason).not.toBe('')
        }
      }
    }
  })

  test('because gives as many titles as it is asked for, those that say the most, and all of them else', async () => {
    const because = '{ movie { id } weight }'
    const { data, errors } = await askViewer<{ recommendations: { nodes: Array<Record<string, object[]>> } }>(
      app,
      viewerAt(4),
      `{ recommendations(first: 5, region: IN) { nodes
        { all: because ${because} two: because(first: 2) ${because} many: because(first: 100) ${because} } } }`,
    )
    expect(errors).toBeUndefined()
    const nodes = data._entities[0]?.recommendations.nodes ?? []
    expect(nodes.some(({ all = [] }) => all.length > 2)).toBe(true)
    for (const { all = [], two, many } of nodes) {
      expect(two).toEqual(all.slice(0, 2))
      expect(many).toEqual(all)
    }
  })

  test('100 viewers in 3 regions: no title stands in two rows of a home page, and no genre has more than half of a row', async () => {
    interface Home {
      home: Array<{ kind: string; title: string; items: RecommendedList['nodes'] }>
    }
    const sumsOf = (items: RecommendedList['nodes']): number[] =>
      items.map(({ score, because }) => Math.abs(because.reduce((sum, { weight }) => sum + weight, 0) - score))
    const genres = new Map<number, string[]>()
    for (const { title_id, genre_code } of await database.db('title_genres').select('title_id', 'genre_code'))
      genres.set(title_id, [...(genres.get(title_id) ?? []), genre_code])
    const titles = new Map<string, string>()
    for (const regionCode of regions) {
      const available = await availableIn(regionCode)
      for (let viewer = 0; viewer < 100; viewer++) {
        const { data } = await askViewer<Home>(
          app,
          viewerAt(viewer),
          `{ home(region: ${regionCode}, first: 10) { kind title items { movie { id } score because { weight } } } }`,
        )
        const excluded = await excludedFor(viewerAt(viewer).id)
        const rows = data._entities[0]?.home ?? []
        const all = rows.flatMap(({ items }) => rowIds(items))
        expect(new Set(all).size).toBe(all.length)
        expect(all.filter((id) => !available.has(id) || excluded.has(id))).toEqual([])
        for (const { kind, title, items } of rows) {
          titles.set(kind, title)
          expect(Math.max(...sumsOf(items))).toBeLessThan(1e-9)
          for (const genre of new Set(rowIds(items).flatMap((id) => genres.get(id) ?? []))) {
            const count = rowIds(items).filter((id) => genres.get(id)?.includes(genre)).length
            expect(count).toBeLessThanOrEqual(items.length / 2)
          }
        }
      }
    }
    expect(Object.fromEntries(titles)).toEqual({
      FOR_YOU: 'For you',
      BECAUSE_YOU_WATCHED: expect.stringMatching(/^Because you watched Film \d+$/),
      POPULAR: 'Popular in UK',
      NEW: 'New here',
      YOUR_LANGUAGES: 'From your languages',
    })
  })

  test('every list holds more of what the viewer likes than the catalogue does', async () => {
    const horror = new Set<number>(await database.db('title_genres').where('genre_code', 'horror').pluck('title_id'))
    const likes = rowIds((await recommend(3, 'first: 20, region: IN')).nodes).filter((id) => horror.has(id)).length
    const available = await availableIn('IN')
    const share = [...available].filter((id) => horror.has(id)).length / available.size
    expect(likes / 20).toBeGreaterThan(2 * share)
  })

  test('pages follow each other without a gap or a repetition, to the last title', async () => {
    const seen: number[] = []
    let after = ''
    for (let page = 0; page < 20; page++) {
      const list = await recommend(5, `first: 40, region: GB${after}`)
      seen.push(...rowIds(list.nodes))
      after = `, after: "${list.pageInfo.endCursor}"`
      if (!list.pageInfo.hasNextPage) {
        expect([seen.length, new Set(seen).size]).toEqual([list.totalCount, list.totalCount])
        const scores = (await recommend(5, 'first: 100, region: GB')).nodes.map(({ score }) => score)
        expect(scores).toEqual(scores.toSorted((a, b) => b - a))
        return
      }
    }
    throw new Error('the list does not end')
  })

  test('a rating changes the next list without a new model, and what is hidden is gone', async () => {
    const before = await recommend(7, 'first: 5, region: US')
    const [first, second] = rowIds(before.nodes)
    const viewer = viewerAt(7)
    await database.db('viewer_ratings').insert({
      viewer_id: viewer.id,
      title_id: first,
      half_stars: 10,
      rated_at: '2026-11-01 00:00:00.000',
    })
    await database.db('hidden_titles').insert({
      viewer_id: viewer.id,
      title_id: second,
      hidden_at: '2026-11-01 00:00:00.000',
    })
    const after = await recommend(7, 'first: 5, region: US')
    expect(rowIds(after.nodes)).not.toContain(first)
    expect(rowIds(after.nodes)).not.toContain(second)
    const movie = toGlobalId('Movie', first ?? 0)
    expect(after.nodes.some(({ because }) => because.some((part) => part.movie.id === movie))).toBe(true)
    await database.db('viewer_ratings').where({ viewer_id: viewer.id, title_id: first }).delete()
    await database.db('hidden_titles').where({ viewer_id: viewer.id, title_id: second }).delete()
    expect(await recommend(7, 'first: 5, region: US')).toEqual(before)
  })

  test('a title that is taken from a region is gone from the next list', async () => {
    const [first = 0] = rowIds((await recommend(8, 'first: 1, region: IN')).nodes)
    await database.db('title_listings').where({ title_id: first, scope: 'region:IN' }).update({
      listed_until: '2026-10-01 00:00:00.000',
    })
    const change = { title_id: first, region_code: 'IN', available_from: '2026-09-01 00:00:00.000' }
    await database
      .db('availability_changes')
      .insert({ ...change, kind: 'REMOVED', changed_at: '2026-10-01 00:00:00.000' })
    expect(rowIds((await recommend(8, 'first: 20, region: IN')).nodes)).not.toContain(first)
    await database.db('title_listings').where({ title_id: first, scope: 'region:IN' }).update({
      listed_until: '9999-12-31 23:59:59.999',
    })
    await database
      .db('availability_changes')
      .insert({ ...change, kind: 'ADDED', changed_at: '2026-10-02 00:00:00.000' })
    expect(rowIds((await recommend(8, 'first: 1, region: IN')).nodes)).toEqual([first])
  })

  test('kinds and maturity are masked within ranking', async () => {
    const shorts = await recommend(9, 'first: 10, region: US, kinds: [SHORT]')
    const minutes = await database.db('titles').whereIn('id', rowIds(shorts.nodes)).pluck('runtime_minutes')
    expect([minutes.length, ...new Set(minutes)]).toEqual([10, 20])
    await database
      .db('viewers')
      .where({ id: viewerAt(9).id })
      .update({ maturity: 'CHILD' })
    const forChild = await recommend(9, 'first: 10, region: US')
    const family: number[] = await database.db('title_genres').where('genre_code', 'family').pluck('title_id')
    expect(forChild.nodes).toHaveLength(10)
    expect(rowIds(forChild.nodes).every((id) => family.includes(id))).toBe(true)
    await database
      .db('viewers')
      .where({ id: viewerAt(9).id })
      .update({ maturity: 'ADULT' })
  })

  test('the region is the argument, else X-Region, else the profile; without any it is refused', async () => {
    const list = (args: string, headers = {}) =>
      askViewer<object>(app, viewerAt(1), `{ recommendations(first: 3${args}) ${listFields} }`, headers)
    const [byArgument, byHeader, byProfile] = [
      await list(', region: "UK"', { 'x-region': 'US' }),
      await list('', { 'x-region': 'GB' }),
      await list(''),
    ]
    expect(byArgument.data).toEqual(byHeader.data)
    expect(byProfile.data).toEqual((await list(', region: US')).data)
    expect((await list('', { 'x-region': 'ZZ' })).errors?.[0]?.extensions.code).toBe('UNKNOWN_REGION')
    const anonymous = await askApp(app, '{ popular(first: 1) { nodes { reason } } }')
    expect([anonymous.data, anonymous.errors?.[0]?.extensions.code]).toEqual([{ popular: null }, 'REGION_REQUIRED'])
  })

  test('nobody reads what is for somebody else, by any reference', async () => {
    const asked = { userId: userOf(1), id: viewerAt(2).id }
    const other = await askViewer<object>(app, asked, `{ recommendations(region: IN) ${listFields} }`)
    expect(other.data).toEqual({ _entities: [null] })
    const refused = async (headers: Record<string, string>): Promise<string | undefined> =>
      (await askViewer<object>(app, viewerAt(1), '{ home(region: IN) { title } }', headers)).errors?.[0]?.extensions
        .code
    expect(await refused({ 'x-edge-secret': 'a guess' })).toBe('UNAUTHENTICATED')
    expect(await refused({ 'x-authenticated-scope': 'viewer:write' })).toBe('FORBIDDEN')
    expect(await refused({ 'x-service-secret': 'a guess' })).toBe('FORBIDDEN')
    const cursor = (await recommend(1, 'first: 1, region: IN')).pageInfo.endCursor
    const foreign = await askViewer<object>(
      app,
      viewerAt(2),
      `{ recommendations(region: IN, after: "${cursor}") ${listFields} }`,
    )
    expect(foreign.errors?.[0]?.extensions.code).toBe('INVALID_CURSOR')
  })

  test('ten references to viewers cost at most one statement for each table', async () => {
    const viewer = viewerAt(4)
    const refs = Array.from({ length: 10 }, () => ({ __typename: 'Viewer', id: toViewerId(viewer.id) }))
    const query = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Viewer {
      recommendations(region: IN) ${listFields} home(region: US) { title items { reason } } } } }`
    const headers = { ...signedIn(viewer.userId), 'x-service-secret': 'development-service-secret' }
    const statements = await statementsOf(app, async () => {
      const { errors } = await askApp(app, query, { variables: { refs }, headers })
      expect(errors).toBeUndefined()
    })
    for (const table of ['viewers', 'viewer_ratings', 'history_entries', 'hidden_titles', 'viewer_languages', 'titles'])
      expect(readsOf(statements, table)).toBeLessThanOrEqual(1)
    expect(statements).toHaveLength(4)
  })

  test('somebody without a history gets what is popular, their genres first', async () => {
    await database.db('viewers').insert({
      user_id: 'newcomer',
      created_at: '2026-11-01 00:00:00.000',
      updated_at: '2026-11-01 00:00:00.000',
    })
    const viewer = { userId: 'newcomer', id: (await viewerIdsOf(app)).get('newcomer') ?? 0 }
    await database.db('viewer_genres').insert({ viewer_id: viewer.id, genre_code: 'sci-fi', position: 0 })
    const { data } = await askViewer<{ recommendations: RecommendedList }>(
      app,
      viewer,
      `{ recommendations(first: 10, region: IN) ${listFields} }`,
    )
    const list = data._entities[0]?.recommendations
    const liked: number[] = await database.db('title_genres').where('genre_code', 'sci-fi').pluck('title_id')
    expect([list?.strategy, list?.nodes.length]).toEqual(['PROFILE', 10])
    expect(rowIds(list?.nodes ?? []).filter((id) => liked.includes(id)).length).toBeGreaterThan(5)
    expect(list?.nodes[0]?.reason).toBe('Popular in India, and you like Sci-Fi')
  })

  test('a title that nobody has met is recommended by what it is made of', async () => {
    const newest: number[] = await database.db('titles').orderBy('imdb_id', 'desc').limit(60).pluck('id')
    const list = await recommend(2, 'first: 100, region: GB')
    const cold = list.nodes.filter(({ movie }) => newest.includes(fromGlobalId(movie.id)?.id ?? 0))
    expect(cold.some(({ score, because }) => score > 0 && because.length > 0)).toBe(true)
  })

  test('what goes with a title, what is popular and what is trending in a region may be asked by everybody', async () => {
    const id = toGlobalId('Movie', Number(await database.db('titles').where('imdb_id', 'tt7000000').pluck('id')))
    const query = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Movie { similar(first: 5, region: IN) ${listFields} } }
      popular(region: IN, first: 5) ${listFields} trending(region: IN, first: 5) ${listFields} }`
    interface Lists {
      _entities: [{ similar: RecommendedList }]
      popular: RecommendedList
      trending: RecommendedList
    }
    const { data, errors } = await askApp<Lists>(app, query, {
      variables: { refs: [{ __typename: 'Movie', id }] },
      headers: { 'x-service-secret': 'development-service-secret' },
    })
    expect(errors).toBeUndefined()
    const available = await availableIn('IN')
    const lists = [data._entities[0].similar, data.popular, data.trending]
    expect(lists.map(({ strategy }) => strategy)).toEqual(['SIMILAR', 'POPULAR', 'TRENDING'])
    for (const { nodes } of lists) expect(rowIds(nodes).filter((row) => available.has(row))).toHaveLength(5)
    for (const { score, because } of data._entities[0].similar.nodes)
      expect(because).toEqual([{ movie: { id }, weight: score }])
  })

  test('without a model, with a broken and with an old one, what is popular is served and says so', async () => {
    const { id: titleId } = await database.db('titles').where('imdb_id', 'tt7000001').first('id')
    const genres: string[] = await database.db('title_genres').where('title_id', titleId).pluck('genre_code')
    const alike: number[] = await database.db('title_genres').whereIn('genre_code', genres).pluck('title_id')
    const similarIn = async (fresh: FastifyInstance): Promise<RecommendedList> => {
      const refs = [{ __typename: 'Movie', id: toGlobalId('Movie', titleId) }]
      const query = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Movie { similar(region: IN) ${listFields} } } }`
      const headers = { 'x-service-secret': 'development-service-secret' }
      const { data } = await askApp<{ _entities: [{ similar: RecommendedList }] }>(fresh, query, {
        variables: { refs },
        headers,
      })
      return data._entities[0].similar
    }
    const strategies = async (): Promise<string[]> => {
      const config = readRecommendationsConfig({ DATABASE_URL: database.url, LOG_LEVEL: 'silent' })
      const fresh = await buildRecommendationsApp(config)
      try {
        const selection = `{ recommendations(region: IN) ${listFields} home(region: IN) { strategy } }`
        const { data, errors } = await askViewer<{
          recommendations: RecommendedList
          home: Array<{ strategy: string }>
        }>(fresh, viewerAt(6), selection)
        expect(errors).toBeUndefined()
        expect(data._entities[0]?.recommendations.nodes).toHaveLength(20)
        const similar = await similarIn(fresh)
        expect(similar.nodes).toHaveLength(20)
        if (similar.strategy === 'FALLBACK')
          expect(rowIds(similar.nodes).filter((id) => !alike.includes(id))).toEqual([])
        const { recommendations, home } = data._entities[0] ?? {}
        return [recommendations?.strategy ?? '', home?.[0]?.strategy ?? '', similar.strategy]
      } finally {
        await fresh.close()
      }
    }
    expect(await strategies()).toEqual(['PERSONAL', 'PERSONAL', 'SIMILAR'])
    const { active_version_id: good } = await database.db('model_state').first('active_version_id')
    await database.db('model_state').update({ active_version_id: null })
    expect(await strategies()).toEqual(['FALLBACK', 'FALLBACK', 'FALLBACK'])
    await database.db('model_state').update({ active_version_id: good })
    const weights = database.db('model_weights').where('version_id', good)
    const whole = await weights.clone().orderBy('title_id').first('title_id', 'targets')
    const changed = weights.clone().where('title_id', whole.title_id)
    await changed.clone().update({ targets: 'AAAA' })
    expect(await strategies()).toEqual(['FALLBACK', 'FALLBACK', 'FALLBACK'])
    await changed.clone().update({ targets: whole.targets })
    await database.db('model_versions').where('id', good).update({ trained_at: '2026-01-01 00:00:00.000' })
    expect(await strategies()).toEqual(['FALLBACK', 'FALLBACK', 'FALLBACK'])
    await database.db('model_versions').where('id', good).update({ trained_at: '2026-11-01 00:00:00.000' })
    expect(await strategies()).toEqual(['PERSONAL', 'PERSONAL', 'SIMILAR'])
  })

  test('a new model is served as soon as it is there, and after a rollback the one before it, without a restart', async () => {
    const modelInMemory = async (): Promise<number> => {
      const { payload } = await app.inject({ method: 'GET', url: '/metrics' })
      return Number(/recommendations_model_version\{[^}]*\} (\d+)/.exec(payload)?.[1])
    }
    const list = () => recommend(90, 'first: 10, region: IN')
    // The version before answers while another one is being loaded.
    const listOf = async (version: number): Promise<RecommendedList> => {
      await vi.waitFor(async () => {
        await list()
        expect(await modelInMemory()).toBe(version)
      })
      return list()
    }
    const [old, before] = [await modelInMemory(), await list()]
    await database
      .db('viewer_ratings')
      .whereNot('viewer_id', viewerAt(90).id)
      .where('title_id', fromGlobalId(before.nodes[0]?.movie.id ?? '')?.id ?? 0)
      .delete()
    const { versionId } = await trainModel(database.db, { now: new Date(), isQuick: true })
    const after = await listOf(versionId)
    expect(after.strategy).toBe('PERSONAL')
    expect(after.nodes).not.toEqual(before.nodes)
    await using rollback = runCommand(['scripts/train.ts', '--rollback'], { DATABASE_URL: database.url })
    expect([await rollback.ended, rollback.output()]).toEqual([0, `model version ${old} is served again\n`])
    expect(await listOf(old)).toEqual(before)
  })

  const refusals: Array<[string, string, string | undefined]> = [
    ['{ recommendations(first: -1, region: IN) { strategy } }', 'BAD_USER_INPUT', 'first'],
    ['{ recommendations(first: 101, region: IN) { strategy } }', 'BAD_USER_INPUT', 'first'],
    ['{ recommendations(after: "Zm9yZ2Vk", region: IN) { strategy } }', 'INVALID_CURSOR', 'after'],
    ['{ recommendations(region: ZZ) { strategy } }', 'UNKNOWN_REGION', undefined],
    ['{ recommendations(region: IN, kinds: [SERIES]) { strategy } }', 'GRAPHQL_VALIDATION_FAILED', undefined],
    ['{ home(region: IN, first: 0) { title } }', 'BAD_USER_INPUT', 'first'],
    ['{ recommendations(first: 1, region: IN) { nodes { because(first: 0) { weight } } } }', 'BAD_USER_INPUT', 'first'],
    [
      '{ recommendations(first: 1, region: IN) { nodes { because(first: 101) { weight } } } }',
      'BAD_USER_INPUT',
      'first',
    ],
  ]
  test.each(refusals)('%s is refused with its code', async (selection, code, field) => {
    const { errors } = await askViewer<object>(app, viewerAt(1), selection)
    expect(errors?.map(({ extensions }) => [extensions.code, extensions.field])).toEqual([[code, field]])
  })

  test('metrics say how much was served by which strategy, and which model it is', async () => {
    const { payload } = await app.inject({ method: 'GET', url: '/metrics' })
    expect(payload).toMatch(/movieverse_recommendations_served_total\{[^}]*strategy="PERSONAL"[^}]*region="IN"/)
    expect(payload).toMatch(/movieverse_recommendations_model_version\{[^}]*\} [1-9]/)
    expect(payload).toMatch(/movieverse_recommendations_model_age_seconds\{[^}]*\} [0-9.]+/)
  })
})
