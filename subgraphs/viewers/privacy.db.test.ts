import { toViewerId } from '@movieverse/viewers/viewer-id.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dialects } from '../../tests/support/databases.ts'
import { askApp, signedIn } from '../../tests/support/subgraph-app.ts'
import { startViewersApp, type ViewersApp } from './testing/viewers-app.ts'

/** Everything that anybody could have in the database, of a viewer by name. */
const everything = `{ viewer { id profile { displayName region services languages { code } favouriteGenres { code } }
  ratings { totalCount nodes { stars } pageInfo { endCursor } } watchlist { totalCount edges { cursor } }
  history { totalCount edges { cursor } } hidden { totalCount edges { cursor } } } exportMe }`

interface Everything {
  readonly viewer: {
    readonly id: string
    readonly ratings: { readonly pageInfo: { readonly endCursor: string } }
    readonly watchlist: { readonly edges: ReadonlyArray<{ readonly cursor: string }> }
  }
  readonly exportMe: Record<string, unknown>
}

describe.each(dialects())('privacy of viewers on %s', (dialect) => {
  let viewers: ViewersApp
  let as: ViewersApp['as']
  let idOf: ViewersApp['idOf']

  beforeAll(async () => {
    viewers = await startViewersApp(dialect, { LONGEST_TOKEN_LIFETIME_S: '3600' })
    void ({ as, idOf } = viewers)
  })
  afterAll(() => viewers[Symbol.asyncDispose]())

  /** Gives somebody a row in every table of viewers' rows. */
  async function furnish(userId: string): Promise<Everything> {
    const movieId = (title: string): string => `movieId: "${idOf(title)}"`
    const { errors } = await as(
      userId,
      `mutation {
        a: rateMovie(input: { ${movieId('Ankur')}, stars: 4.5, idempotencyKey: "${userId}-key" }) { errors { message } }
        b: addToWatchlist(input: { ${movieId('Gandhi')} }) { errors { message } }
        c: recordProgress(input: { ${movieId('Leila')}, progressPercent: 40 }) { errors { message } }
        d: hideMovie(input: { ${movieId('Slumdog Millionaire')} }) { errors { message } }
        e: updateProfile(input: { displayName: "${userId} name", region: IN, languages: ["hi"], favouriteGenres: ["drama"], services: ["mubi"] }) { errors { message } }
      }`,
    )
    expect(errors).toBeUndefined()
    return (await as<Everything>(userId, everything)).data
  }

  /** How many rows each table has that can hold rows of viewers. */
  async function counts(): Promise<Record<string, number>> {
    const tables = [
      'viewers',
      'viewer_languages',
      'viewer_genres',
      'viewer_services',
      'viewer_ratings',
      'watchlist_entries',
      'history_entries',
      'hidden_titles',
      'idempotency_keys',
    ]
    const found = await Promise.all(
      tables.map(async (table) => {
        const [row] = await viewers.db(table).count<Array<{ count: number }>>('* as count')
        return [table, row?.count ?? 0] as const
      }),
    )
    return Object.fromEntries(found)
  }

  describe('somebody else’s data', () => {
    let asha: Everything
    beforeAll(async () => {
      asha = await furnish('asha')
      await as('eve', '{ viewer { id } }')
    })

    test('is not answered for their id, however it is asked for, beside the service secret', async () => {
      const references = [
        { __typename: 'Viewer', id: asha.viewer.id },
        ...Array.from({ length: 5 }, (_, index) => ({ __typename: 'Viewer', id: toViewerId(index + 1) })),
        { __typename: 'Viewer', id: 'nonsense' },
        { __typename: 'Viewer', id: 'asha' },
      ]
      const { data } = await as<{ viewer: { id: string } }>('eve', '{ viewer { id } }')
      const answer = await viewers.entities(
        'eve',
        references,
        '... on Viewer { id profile { displayName } ratings { nodes { stars } } }',
      )
      for (const viewer of answer.data._entities) {
        if (viewer === null) continue
        expect(viewer).toMatchObject({ id: data.viewer.id, profile: { displayName: null }, ratings: { nodes: [] } })
      }
      expect(answer.data._entities[0]).toBeNull()
      expect(JSON.stringify(answer)).not.toContain('asha name')
    })

    test('is not answered to the supergraph without a person, nor to a person without the supergraph', async () => {
      const query =
        'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Viewer { profile { displayName } } } }'
      const variables = { r: [{ __typename: 'Viewer', id: asha.viewer.id }] }
      const service = { 'x-service-secret': viewers.serviceSecret }
      const unsigned = await askApp(viewers.app, query, { variables, headers: service })
      expect(unsigned.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
      const unserved = await askApp(viewers.app, query, { variables, headers: signedIn('asha') })
      expect(unserved.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
      for (const answer of [unsigned, unserved]) expect(JSON.stringify(answer)).not.toContain('asha name')
    })

    test('stands behind no cursor: each is refused but by its own list', async () => {
      const ratings = asha.viewer.ratings.pageInfo.endCursor
      const watchlist = asha.viewer.watchlist.edges[0]?.cursor
      for (const [user, list, cursor] of [
        ['eve', 'ratings', ratings],
        ['eve', 'watchlist', watchlist],
        ['asha', 'watchlist', ratings],
        ['asha', 'hidden', watchlist],
      ]) {
        for (const args of [`after: "${cursor}"`, `before: "${cursor}"`]) {
          const { data, errors } = await as(`${user}`, `{ viewer { ${list}(${args}) { totalCount } } }`)
          expect([data, errors?.[0]?.extensions.code]).toEqual([{ viewer: null }, 'INVALID_CURSOR'])
        }
      }
    })

    test('is changed by nothing that somebody sends', async () => {
      const before = await as('asha', everything)
      await as(
        'eve',
        `mutation { a: rateMovie(input: { movieId: "${idOf('Ankur')}", stars: 1, idempotencyKey: "asha-key" }) { rating { stars } }
        b: removeFromWatchlist(input: { movieId: "${idOf('Gandhi')}" }) { errors { message } }
        c: removeFromHistory(input: { movieId: "${idOf('Leila')}" }) { errors { message } }
        d: unhideMovie(input: { movieId: "${idOf('Slumdog Millionaire')}" }) { errors { message } }
        e: updateProfile(input: { displayName: "Eve" }) { viewer { profile { displayName } } }
        f: eraseMe(input: {}) { erasedAt } }`,
      )
      const after = await as('asha', everything)
      const timeless = (data: unknown): string => JSON.stringify(data).replace(/"exportedAt":"[^"]*"/, '')
      expect(timeless(after.data)).toBe(timeless(before.data))
    })

    test('is not told by titles: everybody sees their own', async () => {
      const movies = [{ __typename: 'Movie', id: idOf('Ankur') }]
      const ratingOf = async (user: string): Promise<unknown> =>
        (await viewers.entities(user, movies, '... on Movie { viewer { rating } }')).data._entities
      expect(await ratingOf('asha')).toEqual([{ viewer: { rating: 4.5 } }])
      expect(await ratingOf('stranger')).toEqual([{ viewer: { rating: null } }])
      const anonymous = await askApp(
        viewers.app,
        'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Movie { id viewer { rating } } } }',
        { variables: { r: movies }, headers: { 'x-service-secret': viewers.serviceSecret } },
      )
      expect(anonymous.data).toEqual({ _entities: [{ id: idOf('Ankur'), viewer: null }] })
      expect(anonymous.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
    })
  })

  test('an export holds everything that is stored, with titles by name', async () => {
    const { exportMe } = await furnish('exporter')
    const title = (name: string, imdbId: string): object => ({ movieId: idOf(name), title: name, imdbId })
    expect(exportMe).toEqual({
      format: 'movieverse-viewer-1',
      exportedAt: expect.any(String),
      viewer: {
        id: expect.any(String),
        userId: 'exporter',
        createdAt: expect.any(String),
        displayName: 'exporter name',
        region: 'IN',
        maturity: 'ADULT',
        languages: ['hi'],
        favouriteGenres: ['drama'],
        services: ['mubi'],
      },
      ratings: [{ ...title('Ankur', 'tt9000004'), stars: 4.5, ratedAt: expect.any(String) }],
      watchlist: [{ ...title('Gandhi', 'tt9000002'), addedAt: expect.any(String) }],
      history: [
        {
          ...title('Leila', 'tt9000007'),
          progressSeconds: null,
          progressPercent: 40,
          completed: false,
          watchedAt: expect.any(String),
        },
      ],
      hidden: [{ ...title('Slumdog Millionaire', 'tt9000003'), hiddenAt: expect.any(String) }],
    })
  })

  describe('erasure', () => {
    const erase = 'mutation { eraseMe(input: {}) { erasedAt refusedUntil errors { message } } }'
    interface Erased {
      readonly eraseMe: { readonly erasedAt: string; readonly refusedUntil: string }
    }

    test('takes every row of the viewer, nobody else’s, and the old token brings none back', async () => {
      const before = await counts()
      await furnish('gone')
      const furnished = await counts()
      expect(Object.entries(furnished).filter(([table, count]) => count === before[table])).toEqual([])
      const { data } = await as<Erased>('gone', erase)
      expect(Date.parse(data.eraseMe.refusedUntil) - Date.parse(data.eraseMe.erasedAt)).toBe(3_600_000)
      expect(await counts()).toEqual(before)

      const replayed = [
        await as('gone', everything),
        await as(
          'gone',
          `mutation { rateMovie(input: { movieId: "${idOf('Ankur')}", stars: 5, idempotencyKey: "gone-key" }) { rating { stars } } }`,
        ),
        await as('gone', 'mutation { updateProfile(input: { displayName: "Back" }) { errors { message } } }'),
        await viewers.entities(
          'gone',
          [{ __typename: 'Movie', id: idOf('Ankur') }],
          '... on Movie { viewer { rating } }',
        ),
      ]
      for (const { errors } of replayed) {
        expect(errors?.map(({ extensions }) => extensions.code)).toContain('UNAUTHENTICATED')
        expect(errors?.[0]?.message).toContain('erased')
      }
      expect(await counts()).toEqual(before)
      expect((await as<Erased>('gone', erase)).data).toEqual(data)
      expect(await counts()).toEqual(before)
    })

    test('refuses the old token whatever it asks for', async () => {
      await as('asker', erase)
      const movie = `movieId: "${idOf('Ankur')}"`
      const operations: Record<string, string> = {
        viewer: '{ viewer { id } }',
        exportMe: '{ exportMe }',
        rateMovie: `mutation { rateMovie(input: { ${movie}, stars: 4 }) { errors { message } } }`,
        removeRating: `mutation { removeRating(input: { ${movie} }) { errors { message } } }`,
        addToWatchlist: `mutation { addToWatchlist(input: { ${movie} }) { errors { message } } }`,
        removeFromWatchlist: `mutation { removeFromWatchlist(input: { ${movie} }) { errors { message } } }`,
        recordProgress: `mutation { recordProgress(input: { ${movie}, progressPercent: 9 }) { errors { message } } }`,
        removeFromHistory: `mutation { removeFromHistory(input: { ${movie} }) { errors { message } } }`,
        hideMovie: `mutation { hideMovie(input: { ${movie} }) { errors { message } } }`,
        unhideMovie: `mutation { unhideMovie(input: { ${movie} }) { errors { message } } }`,
        updateProfile: 'mutation { updateProfile(input: { displayName: "Back" }) { errors { message } } }',
      }
      const { schema } = viewers.app.graphql
      const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
        Object.keys(type?.getFields() ?? {}),
      )
      const notAsked = ['_entities', '_service', 'eraseMe']
      expect(Object.keys(operations).toSorted()).toEqual(roots.filter((name) => !notAsked.includes(name)).toSorted())
      expect(schema.getSubscriptionType()).toBeFalsy()

      const answers = await Promise.all([
        ...Object.values(operations).map((operation) => as('asker', operation)),
        viewers.entities('asker', [{ __typename: 'Viewer', id: toViewerId(1) }], '... on Viewer { id }'),
        viewers.entities('asker', [{ __typename: 'Movie', id: idOf('Ankur') }], '... on Movie { viewer { seen } }'),
      ])
      for (const { errors } of answers)
        expect(errors).toMatchObject([
          { message: expect.stringContaining('erased'), extensions: { code: 'UNAUTHENTICATED' } },
        ])
      expect(await viewers.db('viewers').where({ user_id: 'asker' })).toEqual([])
    })

    test('leaves no trace of the id but a hash that the secret is needed for', async () => {
      await furnish('hashed')
      await as('hashed', erase)
      const stones = await viewers.db('erased_viewers').select('*')
      expect(JSON.stringify(stones)).not.toContain('hashed')
      for (const { user_hash } of stones) expect(user_hash).toMatch(/^[0-9a-f]{64}$/)
    })

    test('ends with the longest token’s life: then the id begins anew, with nothing', async () => {
      await furnish('returner')
      await as('returner', erase)
      await viewers.db('erased_viewers').update({ refused_until: '2026-01-01 00:00:00.000' })
      const { data } = await as('returner', '{ viewer { profile { displayName } ratings { totalCount } } }')
      expect(data).toEqual({ viewer: { profile: { displayName: null }, ratings: { totalCount: 0 } } })
      await as('sweeper', erase)
      expect(await viewers.db('erased_viewers')).toHaveLength(1)
    })

    test('wins over whatever the viewer does at the same moment', async () => {
      for (let round = 0; round < 5; round += 1) {
        const user = `racer-${round}`
        const rate = (title: string): Promise<unknown> =>
          as(user, `mutation { rateMovie(input: { movieId: "${idOf(title)}", stars: 5 }) { rating { stars } } }`)
        const films = viewers.titles.slice(0, 10)
        await Promise.all([...films.slice(0, 5).map(rate), as(user, erase), ...films.slice(5).map(rate)])
        expect(await viewers.db('viewers').where({ user_id: user })).toEqual([])
      }
      const orphans = await viewers.db('viewer_ratings').whereNotIn('viewer_id', viewers.db('viewers').select('id'))
      expect(orphans).toEqual([])
    })

    test('within one operation: what comes after it is refused', async () => {
      const { data, errors } = await as(
        'mixed',
        `mutation { a: rateMovie(input: { movieId: "${idOf('Ankur')}", stars: 5 }) { rating { stars } }
          b: eraseMe(input: {}) { errors { message } }
          c: rateMovie(input: { movieId: "${idOf('Leila')}", stars: 5 }) { rating { stars } } }`,
      )
      expect(data).toEqual({ a: { rating: { stars: 5 } }, b: { errors: [] }, c: null })
      expect(errors).toMatchObject([{ path: ['c'], extensions: { code: 'UNAUTHENTICATED' } }])
      expect(await viewers.db('viewers').where({ user_id: 'mixed' })).toEqual([])
    })

    test('needs the scope to write', async () => {
      const { data, errors } = await as('exporter', erase, { scopes: 'viewer:read' })
      expect([data, errors?.[0]?.extensions.code]).toEqual([{ eraseMe: null }, 'FORBIDDEN'])
    })
  })

  test('every table that refers to viewers lets go of its rows with them', async () => {
    const referring = Object.keys(await counts()).filter((table) => table !== 'viewers')
    const { readdirSync, readFileSync } = await import('node:fs')
    const folder = new URL('../../migrations/', import.meta.url)
    const text = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n')
    expect(text.match(/references\('viewers\.id'\)(?!\.onDelete\('CASCADE'\))/g)).toBeNull()
    expect(referring).toHaveLength(8)
  })
})
