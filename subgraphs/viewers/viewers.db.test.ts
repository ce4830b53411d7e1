import { toGlobalId } from '@movieverse/titles/global-id.ts'
import { toViewerId } from '@movieverse/viewers/viewer-id.ts'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dialects } from '../../tests/support/databases.ts'
import { askApp, signedIn } from '../../tests/support/subgraph-app.ts'
import { startViewersApp, type ViewersApp } from './testing/viewers-app.ts'

describe.each(dialects())('viewers on %s', (dialect) => {
  let viewers: ViewersApp
  let app: FastifyInstance
  let as: ViewersApp['as']
  let idOf: ViewersApp['idOf']
  let db: ViewersApp['db']

  beforeAll(async () => {
    viewers = await startViewersApp(dialect)
    void ({ app, as, idOf, db } = viewers)
  })
  afterAll(() => viewers[Symbol.asyncDispose]())

  interface RateAnswer {
    rateMovie: {
      rating: { stars: number; ratedAt: string } | null
      errors: Array<{ __typename: string; message: string; field: string }>
    }
  }
  const rateQuery = `mutation ($input: RateMovieInput!) { rateMovie(input: $input) {
    rating { stars ratedAt movie { id } } movie { id viewer { rating } } errors { __typename message field } } }`

  async function rate(userId: string, title: string, stars: number, idempotencyKey?: string): Promise<RateAnswer> {
    const movieId = viewers.titles.includes(title) ? idOf(title) : title
    const input = { movieId, stars, ...(idempotencyKey && { idempotencyKey }) }
    const { data, errors } = await as<RateAnswer>(userId, rateQuery, { variables: { input } })
    expect(errors).toBeUndefined()
    return data
  }

  const rowsOf = (userId: string): Promise<number> => viewers.count(userId, 'viewer_ratings')

  describe('who asks', () => {
    test('is made on first sight, once, with an empty profile', async () => {
      const query = `{ viewer { id createdAt profile { displayName region languages { code } favouriteGenres { code }
        services maturity } ratings { totalCount } } }`
      const { data } = await as<{ viewer: { id: string } }>('first', query)
      expect(data).toEqual({
        viewer: {
          id: expect.any(String),
          createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
          profile: {
            displayName: null,
            region: null,
            languages: [],
            favouriteGenres: [],
            services: [],
            maturity: 'ADULT',
          },
          ratings: { totalCount: 0 },
        },
      })
      expect((await as<{ viewer: { id: string } }>('first', query)).data.viewer.id).toBe(data.viewer.id)
    })

    test('is made once by many requests at the same moment', async () => {
      const answers = await Promise.all(
        Array.from({ length: 24 }, () => as<{ viewer: { id: string } }>('crowd', '{ viewer { id } }')),
      )
      expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([])
      expect(new Set(answers.map(({ data }) => data.viewer.id)).size).toBe(1)
      expect(await db('viewers').where({ user_id: 'crowd' })).toHaveLength(1)
    })

    test('is made once by many first mutations at the same moment, and none is lost', async () => {
      const films = viewers.titles.slice(0, 12)
      await Promise.all(films.map((title) => rate('eager', title, 4)))
      expect(await db('viewers').where({ user_id: 'eager' })).toHaveLength(1)
      expect(await rowsOf('eager')).toBe(12)
    })

    test.each([
      ['nobody', {}],
      ['an application', { 'x-edge-secret': 'development-edge-secret', 'x-consumer-username': 'app' }],
      ['somebody without the edge’s secret', { 'x-authenticated-userid': 'eve' }],
      ['somebody beside a wrong secret', { ...signedIn('eve'), 'x-edge-secret': 'guess' }],
      ['an anonymous consumer', { ...signedIn('eve'), 'x-anonymous-consumer': 'true' }],
    ])('must be signed in: %s is refused clearly, and makes no viewer', async (_who, headers) => {
      const before = await db('viewers').count('* as count')
      const query = `mutation ($id: ID!) { rateMovie(input: { movieId: $id, stars: 4 }) { rating { stars } } }`
      for (const answer of [
        await askApp(app, '{ viewer { id } exportMe }', { headers }),
        await askApp(app, query, { headers, variables: { id: idOf('Ankur') } }),
      ]) {
        for (const error of answer.errors ?? []) {
          expect(error.extensions.code).toBe('UNAUTHENTICATED')
          expect(error.message).toContain('signed-in viewer')
        }
        expect(answer.errors?.length).toBeGreaterThan(0)
        expect(Object.values(answer.data).every((value) => value === null)).toBe(true)
      }
      expect(await db('viewers').count('* as count')).toEqual(before)
    })

    test('needs the scope of what they ask for', async () => {
      const { data, errors } = await as('first', '{ viewer { id } }', { scopes: 'viewer:write' })
      expect([data, errors?.[0]?.extensions.code]).toEqual([{ viewer: null }, 'FORBIDDEN'])
      const input = { movieId: idOf('Ankur'), stars: 4 }
      const refused = await as('reader', rateQuery, { scopes: 'viewer:read', variables: { input } })
      expect([refused.data, refused.errors?.[0]?.extensions.code]).toEqual([{ rateMovie: null }, 'FORBIDDEN'])
      expect(await db('viewers').where({ user_id: 'reader' })).toEqual([])
    })

    test.each([' ', 'a b', 'é', 'x'.repeat(191)])(
      'must have an id that can be stored: %j is refused',
      async (userId) => {
        const { errors } = await as(userId, '{ viewer { id } }')
        expect(errors?.[0]?.extensions.code).toBe('BAD_REQUEST')
      },
    )
  })

  describe('ratings', () => {
    test('a rating is answered, stands at the title, and a later one takes its place', async () => {
      const { rateMovie } = await rate('ravi', 'Ankur', 3.5)
      expect(rateMovie).toEqual({
        rating: { stars: 3.5, ratedAt: expect.any(String), movie: { id: idOf('Ankur') } },
        movie: { id: idOf('Ankur'), viewer: { rating: 3.5 } },
        errors: [],
      })
      await rate('ravi', 'Ankur', 5)
      const { data } = await as('ravi', '{ viewer { ratings { totalCount nodes { stars movie { id } } } } }')
      expect(data).toEqual({
        viewer: { ratings: { totalCount: 1, nodes: [{ stars: 5, movie: { id: idOf('Ankur') } }] } },
      })
    })

    test.each([7, -1, 0, 5.5, 4.25, 0.4999, 1e300])(
      '%d stars are InvalidRating, and nothing is written',
      async (stars) => {
        const { rateMovie } = await rate('wrong', 'Ankur', stars, 'k1')
        expect(rateMovie).toMatchObject({
          rating: null,
          movie: null,
          errors: [
            { __typename: 'InvalidRating', field: 'input.stars', message: 'A rating is 0.5 to 5 stars, in halves' },
          ],
        })
        expect(await rowsOf('wrong')).toBe(0)
        expect(await db('idempotency_keys').where({ idempotency_key: 'k1' })).toEqual([])
      },
    )

    test.each(['NaN', 'Infinity', '1e999', '"4"'])('%s written as a literal is refused', async (stars) => {
      const id = idOf('Ankur')
      const { data, errors } = await as<RateAnswer>(
        'wrong',
        `mutation { rateMovie(input: { movieId: "${id}", stars: ${stars} }) { rating { stars } errors { message } } }`,
      )
      const told = errors?.[0]?.message ?? data.rateMovie.errors[0]?.message
      expect(told).toMatch(/Float cannot represent|0.5 to 5/)
      expect(await rowsOf('wrong')).toBe(0)
    })

    test.each([NaN, null, '5', [4]])('%j as a variable is refused', async (stars) => {
      const variables = { input: { movieId: idOf('Ankur'), stars } }
      const { data, errors } = await as('wrong', rateQuery, { variables })
      expect([data, errors?.[0]?.extensions.code]).toEqual([undefined, 'GRAPHQL_VALIDATION_FAILED'])
      expect(await rowsOf('wrong')).toBe(0)
    })

    test.each([toGlobalId('Movie', 999_999), toGlobalId('Person', 1), toViewerId(1), 'nonsense', '', 'x'.repeat(5000)])(
      'a title that is not there is NotFound: %j',
      async (movieId) => {
        const { rateMovie } = await rate('lost', movieId, 4)
        expect(rateMovie).toMatchObject({ rating: null, errors: [{ __typename: 'NotFound', field: 'input.movieId' }] })
        expect(await rowsOf('lost')).toBe(0)
      },
    )

    test('a rating can be taken back, and again', async () => {
      await rate('ravi', 'Gandhi', 2)
      const query = `mutation ($id: ID!) { removeRating(input: { movieId: $id }) { movie { id viewer { rating } } errors { message } } }`
      for (let time = 0; time < 2; time += 1) {
        const { data } = await as('ravi', query, { variables: { id: idOf('Gandhi') } })
        expect(data).toEqual({ removeRating: { movie: { id: idOf('Gandhi'), viewer: { rating: null } }, errors: [] } })
      }
    })

    test('one mutation after the other in one request, each answered as it left things', async () => {
      const step = (name: string, stars: number): string =>
        `${name}: rateMovie(input: { movieId: "${idOf('Leila')}", stars: ${stars} }) { movie { viewer { rating } } }`
      const { data } = await as('steps', `mutation { ${step('a', 1)} ${step('b', 2.5)} }`)
      expect(data).toEqual({ a: { movie: { viewer: { rating: 1 } } }, b: { movie: { viewer: { rating: 2.5 } } } })
    })
  })

  describe('an idempotency key', () => {
    test('that comes again answers the first result, and nothing happens twice', async () => {
      const first = await rate('keyed', 'Ankur', 4, 'key-1')
      await rate('keyed', 'Ankur', 1)
      expect((await rate('keyed', 'Ankur', 4, 'key-1')).rateMovie.rating).toEqual(first.rateMovie.rating)
      const { data } = await as('keyed', '{ viewer { ratings { nodes { stars } } } }')
      expect(data).toEqual({ viewer: { ratings: { nodes: [{ stars: 1 }] } } })
    })

    test('that comes in many requests at the same moment is one change', async () => {
      const add = `mutation { addToWatchlist(input: { movieId: "${idOf('Ankur')}", idempotencyKey: "same" }) { entry { addedAt } errors { message } } }`
      const answers = await Promise.all(Array.from({ length: 12 }, () => as('burst', add)))
      expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([])
      expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1)
      const viewer = await db('viewers').where({ user_id: 'burst' }).first('revision')
      expect(viewer).toEqual({ revision: 1 })
    })

    test('that comes with different requests at the same moment is the key of one of them', async () => {
      const answers = await Promise.all([1, 2, 3, 4, 5].map((stars) => rate('torn', 'Ankur', stars, 'contested')))
      const done = answers.flatMap(({ rateMovie }) => (rateMovie.rating ? [rateMovie.rating.stars] : []))
      const errors = answers.flatMap(({ rateMovie }) => rateMovie.errors.map(({ __typename }) => __typename))
      expect([done.length, errors]).toEqual([1, Array.from({ length: 4 }, () => 'KeyReused')])
      const { data } = await as('torn', '{ viewer { ratings { nodes { stars } } } }')
      expect(data).toEqual({ viewer: { ratings: { nodes: [{ stars: done[0] }] } } })
    })

    test('is each viewer’s own', async () => {
      await rate('keyed', 'Gandhi', 4, 'shared')
      const { rateMovie } = await rate('other', 'Gandhi', 2, 'shared')
      expect(rateMovie.rating?.stars).toBe(2)
    })

    test('that comes with another request is refused as KeyReused', async () => {
      await rate('keyed', 'Ankur', 4, 'key-2')
      const errors = [{ __typename: 'KeyReused', field: 'input.idempotencyKey', message: expect.any(String) }]
      expect((await rate('keyed', 'Ankur', 3, 'key-2')).rateMovie).toMatchObject({ rating: null, errors })
      expect((await rate('keyed', 'Gandhi', 4, 'key-2')).rateMovie).toMatchObject({ rating: null, errors })
      const hide = `mutation { hideMovie(input: { movieId: "${idOf('Ankur')}", idempotencyKey: "key-2" }) { errors { __typename } } }`
      expect((await as('keyed', hide)).data).toEqual({ hideMovie: { errors: [{ __typename: 'KeyReused' }] } })
    })

    test('remembers a NotFound, too', async () => {
      const missing = toGlobalId('Movie', 777_777)
      for (let time = 0; time < 2; time += 1)
        expect((await rate('keyed', missing, 4, 'nf')).rateMovie.errors).toMatchObject([{ __typename: 'NotFound' }])
      expect((await rate('keyed', 'Ankur', 4, 'nf')).rateMovie.errors).toMatchObject([{ __typename: 'KeyReused' }])
    })

    test('is forgotten once it has expired', async () => {
      await rate('keyed', 'Ankur', 4, 'old')
      await db('idempotency_keys').update({ expires_at: '2020-01-01 00:00:00.000' })
      expect((await rate('keyed', 'Ankur', 2, 'old')).rateMovie).toMatchObject({ rating: { stars: 2 }, errors: [] })
      const viewer = await db('viewers').where({ user_id: 'keyed' }).first('id')
      expect(await db('idempotency_keys').where({ viewer_id: viewer.id })).toHaveLength(1)
    })

    test.each(['', ' ', 'é', 'x'.repeat(101)])('%j is none', async (idempotencyKey) => {
      const input = { movieId: idOf('Ankur'), stars: 4, idempotencyKey }
      const { data, errors } = await as('keyed', rateQuery, { variables: { input } })
      expect([data, errors?.[0]?.extensions]).toEqual([
        { rateMovie: null },
        { code: 'BAD_USER_INPUT', field: 'input.idempotencyKey' },
      ])
    })
  })

  test('many people who change and leave at the same moment do not get in each other’s way', async () => {
    const users = Array.from({ length: 40 }, (_, index) => `many-${index}`)
    const change = (round: number): string => `mutation ($key: String!) {
      a: updateProfile(input: { languages: [${round % 2 ? '"hi", "en"' : '"en", "fa"'}], favouriteGenres: ["drama"], services: ["mubi"], idempotencyKey: $key }) { errors { message } }
      b: rateMovie(input: { movieId: "${idOf('Ankur')}", stars: 4 }) { errors { message } }
      c: removeFromWatchlist(input: { movieId: "${idOf('Ankur')}" }) { errors { message } } }`
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(
        users.map((user, index) =>
          index % 8 === 0 && round === 1
            ? as(user, 'mutation { eraseMe(input: {}) { errors { message } } }')
            : as(user, change(round), { variables: { key: `k${round}` } }),
        ),
      )
      const failed = answers.filter(({ errors }, index) => errors && !(round === 2 && index % 8 === 0))
      expect(failed.flatMap(({ errors }) => errors)).toEqual([])
    }
    expect(await db('viewers').where('user_id', 'like', 'many-%').pluck('user_id')).toHaveLength(35)
  })
})
