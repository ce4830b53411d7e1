import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dialects } from '../../tests/support/databases.ts'
import { readsOf, statementsOf } from '../../tests/support/subgraph-app.ts'
import { startViewersApp, type ViewersApp } from './testing/viewers-app.ts'

const feedbackTables = ['viewer_ratings', 'watchlist_entries', 'history_entries', 'hidden_titles']

describe.each(dialects())('lists of viewers on %s', (dialect) => {
  let viewers: ViewersApp
  let as: ViewersApp['as']
  let idOf: ViewersApp['idOf']

  beforeAll(async () => {
    viewers = await startViewersApp(dialect)
    void ({ as, idOf } = viewers)
  })
  afterAll(() => viewers[Symbol.asyncDispose]())

  /** Runs a mutation about a title; answers its payload. */
  async function mutate<Payload = Record<string, unknown>>(
    userId: string,
    name: string,
    input: Readonly<Record<string, unknown>>,
    selection = 'movie { id } errors { __typename field message }',
  ): Promise<Payload> {
    const type = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Input!`
    const query = `mutation ($input: ${type}) { it: ${name}(input: $input) { ${selection} } }`
    const { data, errors } = await as<{ it: Payload }>(userId, query, { variables: { input } })
    expect(errors).toBeUndefined()
    return data.it
  }

  interface Page {
    readonly nodes: ReadonlyArray<{ readonly movie: { readonly id: string } }>
    readonly edges: ReadonlyArray<{ readonly cursor: string }>
    readonly pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string }
    readonly totalCount: number
  }

  async function page(userId: string, list: string, args: string): Promise<Page> {
    const fields = `nodes { movie { id } } edges { cursor } totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`
    const { data, errors } = await as<{ viewer: Record<string, Page> }>(
      userId,
      `{ viewer { ${list}${args} { ${fields} } } }`,
    )
    expect(errors).toBeUndefined()
    const found = data.viewer[list]
    if (!found) throw new Error('no list')
    return found
  }

  describe.each([
    ['ratings', 'rateMovie', 'removeRating', { stars: 4 }],
    ['watchlist', 'addToWatchlist', 'removeFromWatchlist', {}],
    ['history', 'recordProgress', 'removeFromHistory', { completed: true }],
    ['hidden', 'hideMovie', 'unhideMovie', {}],
  ])('%s', (list, add, remove, input) => {
    const idsOf = ({ nodes }: Page): string[] => nodes.map(({ movie }) => movie.id)

    test('is paged newest first, forwards and backwards, without a gap or a repetition', async () => {
      const user = `pager-${list}`
      const films = viewers.titles.slice(0, 23)
      for (const title of films) await mutate(user, add, { movieId: idOf(title), ...input })
      // Some of one moment, so that the title decides among them.
      const table = feedbackTables[['ratings', 'watchlist', 'history', 'hidden'].indexOf(list)] ?? ''
      const column = { ratings: 'rated_at', watchlist: 'added_at', history: 'watched_at', hidden: 'hidden_at' }[list]
      const titleIds = (await viewers.db(table).orderBy('title_id').pluck('title_id')).slice(5, 15)
      await viewers.db(table).whereIn('title_id', titleIds).update(`${column}`, '2026-10-01 10:00:00.000')
      const whole = idsOf(await page(user, list, '(first: 100)'))
      expect(new Set(whole).size).toBe(23)

      const forwards: string[] = []
      let after = ''
      for (;;) {
        const found = await page(user, list, `(first: 4${after})`)
        expect(found.totalCount).toBe(23)
        expect(found.pageInfo.hasPreviousPage).toBe(after !== '')
        forwards.push(...idsOf(found))
        if (!found.pageInfo.hasNextPage) break
        after = `, after: "${found.pageInfo.endCursor}"`
      }
      expect(forwards).toEqual(whole)

      const backwards: string[] = []
      let before = ''
      for (;;) {
        const found = await page(user, list, `(last: 5${before})`)
        backwards.unshift(...idsOf(found))
        if (!found.pageInfo.hasPreviousPage) break
        before = `, before: "${found.pageInfo.startCursor}"`
      }
      expect(backwards).toEqual(whole)
      const beyond = await page(
        user,
        list,
        `(first: 4, after: "${(await page(user, list, '(last: 1)')).edges[0]?.cursor}")`,
      )
      expect([beyond.nodes, beyond.totalCount]).toEqual([[], 23])
    })

    test('gives up what is taken from it, and taking it again is no error', async () => {
      const user = `taker-${list}`
      for (const title of ['Ankur', 'Leila']) await mutate(user, add, { movieId: idOf(title), ...input })
      for (let time = 0; time < 2; time += 1)
        expect(await mutate(user, remove, { movieId: idOf('Ankur') })).toEqual({
          movie: { id: idOf('Ankur') },
          errors: [],
        })
      expect(idsOf(await page(user, list, ''))).toEqual([idOf('Leila')])
      expect(await mutate(user, remove, { movieId: 'nonsense' })).toMatchObject({
        movie: null,
        errors: [{ __typename: 'NotFound', field: 'input.movieId' }],
      })
    })

    test.each([
      ['(first: 0)', 'BAD_USER_INPUT', 'first'],
      ['(first: 101)', 'BAD_USER_INPUT', 'first'],
      ['(first: 1, last: 1)', 'BAD_USER_INPUT', 'last'],
      ['(after: "nonsense")', 'INVALID_CURSOR', 'after'],
      ['(last: 2, before: "WzEsImEiLDFd")', 'INVALID_CURSOR', 'before'],
    ])('with %s is refused once: %s', async (args, code, field) => {
      const { data, errors } = await as('asker', `{ viewer { ${list}${args} { totalCount nodes { movie { id } } } } }`)
      expect([data, errors?.map(({ extensions }) => extensions)]).toEqual([{ viewer: null }, [{ code, field }]])
    })
  })

  test('each list is one statement, its length included', async () => {
    for (const add of ['addToWatchlist', 'hideMovie']) await mutate('counter', add, { movieId: idOf('Ankur') })
    const list = (name: string): string =>
      `${name}(first: 5) { totalCount nodes { movie { id } } pageInfo { endCursor } }`
    const query = `{ viewer { id ${['ratings', 'watchlist', 'history', 'hidden'].map(list).join(' ')}
      profile { languages { name } favouriteGenres { name } services } } }`
    const statements = await statementsOf(viewers.app, () => as('counter', query))
    const tables = ['viewers', 'viewer_languages', 'viewer_genres', 'viewer_services', ...feedbackTables]
    for (const table of tables) expect([table, readsOf(statements, table)]).toEqual([table, 1])
    expect(statements).toHaveLength(tables.length)
  })

  test('what a viewer did with fifty titles is one statement for each table, and only for those that are asked for', async () => {
    const films = viewers.titles.slice(0, 50)
    await mutate('batch', 'rateMovie', { movieId: idOf('Gandhi'), stars: 3 })
    await mutate('batch', 'addToWatchlist', { movieId: idOf('Gandhi') })
    await mutate('batch', 'recordProgress', { movieId: idOf('Gandhi'), progressPercent: 33.333 })
    await mutate('batch', 'hideMovie', { movieId: idOf('Leila') })
    const movies = films.map((title) => ({ __typename: 'Movie', id: idOf(title) }))
    const all = '... on Movie { id viewer { rating onWatchlist seen hidden progress { percent completed } } }'
    interface Answered {
      readonly id: string
      readonly viewer: object
    }
    const { data } = await viewers.entities<{ _entities: Answered[] }>('batch', movies, all)
    const of = (title: string): object | undefined => data._entities.find((movie) => movie.id === idOf(title))?.viewer
    expect(of('Gandhi')).toEqual({
      rating: 3,
      onWatchlist: true,
      seen: false,
      hidden: false,
      progress: { percent: 33.33, completed: false },
    })
    expect(of('Leila')).toEqual({ rating: null, onWatchlist: false, seen: false, hidden: true, progress: null })
    const statements = await statementsOf(viewers.app, () => viewers.entities('batch', movies, all))
    expect(statements).toHaveLength(5)
    for (const table of ['viewers', ...feedbackTables]) expect([table, readsOf(statements, table)]).toEqual([table, 1])
    const some = await statementsOf(viewers.app, () =>
      viewers.entities('batch', movies, '... on Movie { viewer { rating } }'),
    )
    expect(some).toHaveLength(2)
  })

  test('ten references to viewers are one statement for each table', async () => {
    const { data } = await as<{ viewer: { id: string } }>('ten', '{ viewer { id } }')
    await mutate('ten', 'rateMovie', { movieId: idOf('Ankur'), stars: 4 })
    const references = Array.from({ length: 10 }, () => ({ __typename: 'Viewer', id: data.viewer.id }))
    const selection = `... on Viewer { id profile { displayName languages { code } favouriteGenres { code } services }
      ratings(first: 3) { totalCount nodes { stars } } watchlist(first: 3) { totalCount nodes { addedAt } }
      history(first: 3) { nodes { progress { percent } } } hidden(first: 3) { nodes { hiddenAt } } }`
    const answer = await viewers.entities<{ _entities: Array<{ ratings: object }> }>('ten', references, selection)
    expect(answer.errors).toBeUndefined()
    expect(answer.data._entities.map((viewer) => viewer.ratings)).toEqual(
      Array.from({ length: 10 }, () => ({ totalCount: 1, nodes: [{ stars: 4 }] })),
    )
    await mutate('ten', 'addToWatchlist', { movieId: idOf('Ankur') })
    const statements = await statementsOf(viewers.app, () => viewers.entities('ten', references, selection))
    const tables = ['viewers', 'viewer_languages', 'viewer_genres', 'viewer_services', ...feedbackTables]
    expect(statements).toHaveLength(tables.length)
  })

  describe('progress', () => {
    const selection =
      'entry { progress { seconds percent completed watchedAt } } movie { viewer { seen } } errors { __typename field }'
    const record = (user: string, title: string, input: object): Promise<Record<string, unknown>> =>
      mutate(user, 'recordProgress', { movieId: idOf(title), ...input }, selection)

    test.each([
      [{ progressPercent: 50 }, { percent: 50, completed: false }],
      [{ progressPercent: 90 }, { percent: 90, completed: true }],
      [
        { progressPercent: 95, completed: false },
        { percent: 95, completed: false },
      ],
      [{ completed: true }, { percent: null, completed: true }],
      [{ progressSeconds: 600 }, { seconds: 600, percent: null, completed: false }],
      [{ progressSeconds: 0 }, { seconds: 0, completed: false }],
    ])('%j comes to %j', async (input, progress) => {
      const answer = await record(`progress-${JSON.stringify(input)}`.replaceAll(/[^a-z0-9]/gi, ''), 'Ankur', input)
      expect(answer).toMatchObject({ entry: { progress }, movie: { viewer: { seen: progress.completed } }, errors: [] })
    })

    test('follows from seconds where the running time is known', async () => {
      await viewers.db('titles').where({ title: 'Gandhi' }).update({ runtime_minutes: 100 })
      expect(await record('minutes', 'Gandhi', { progressSeconds: 4500 })).toMatchObject({
        entry: { progress: { seconds: 4500, percent: 75, completed: false } },
      })
      expect(await record('minutes', 'Gandhi', { progressSeconds: 9000 })).toMatchObject({
        entry: { progress: { percent: 100, completed: true } },
      })
    })

    test('a title that was seen stays seen, until the viewer says otherwise', async () => {
      await record('again', 'Ankur', { progressPercent: 100 })
      expect(await record('again', 'Ankur', { progressPercent: 5 })).toMatchObject({
        entry: { progress: { percent: 5, completed: true } },
        movie: { viewer: { seen: true } },
      })
      expect(await record('again', 'Ankur', { completed: false })).toMatchObject({ movie: { viewer: { seen: false } } })
    })

    test('a late report does not undo a later one, but what was seen by then is seen', async () => {
      await record('late', 'Ankur', { progressPercent: 30, watchedAt: '2026-11-02T10:00:00Z' })
      const answer = await record('late', 'Ankur', { progressPercent: 100, watchedAt: '2026-11-01T10:00:00Z' })
      expect(answer).toMatchObject({
        entry: { progress: { percent: 30, completed: true, watchedAt: '2026-11-02T10:00:00.000Z' } },
      })
    })

    test.each([
      [{}, 'input.progressSeconds'],
      [{ progressSeconds: -1 }, 'input.progressSeconds'],
      [{ progressSeconds: 2_000_000_000 }, 'input.progressSeconds'],
      [{ progressPercent: -0.1 }, 'input.progressPercent'],
      [{ progressPercent: 100.5 }, 'input.progressPercent'],
      [{ completed: true, watchedAt: '2099-01-01T00:00:00Z' }, 'input.watchedAt'],
      [{ completed: true, watchedAt: '0001-01-01T00:00:00Z' }, 'input.watchedAt'],
    ])('%j is InvalidProgress, and nothing is written', async (input, field) => {
      expect(await record('invalid', 'Ankur', input)).toMatchObject({
        entry: null,
        errors: [{ __typename: 'InvalidProgress', field }],
      })
      expect(await viewers.count('invalid', 'history_entries')).toBe(0)
    })
  })

  describe('the profile', () => {
    const profile = `viewer { profile { displayName region languages { code name } favouriteGenres { code name } services maturity } }
      errors { __typename field message }`
    const update = (user: string, input: object): Promise<Record<string, unknown>> =>
      mutate(user, 'updateProfile', { ...input }, profile)

    test('takes what it is given and keeps the rest; null and empty lists clear', async () => {
      const given = {
        displayName: '  Asha  ',
        region: 'UK',
        languages: ['hi', 'EN', 'hi'],
        favouriteGenres: ['Sci-Fi', 'drama'],
        services: ['Netflix', 'mubi'],
        maturity: 'TEEN',
      }
      const stored = {
        displayName: 'Asha',
        region: 'GB',
        languages: [
          { code: 'hi', name: 'Hindi' },
          { code: 'en', name: 'English' },
        ],
        favouriteGenres: [
          { code: 'sci-fi', name: 'Sci-Fi' },
          { code: 'drama', name: 'Drama' },
        ],
        services: ['netflix', 'mubi'],
        maturity: 'TEEN',
      }
      expect(await update('asha', given)).toEqual({ viewer: { profile: stored }, errors: [] })
      // More often than it takes a document to be compiled.
      for (let time = 0; time < 5; time += 1)
        expect(await update('asha', {})).toEqual({ viewer: { profile: stored }, errors: [] })
      expect(await update('asha', { region: 'IN' })).toEqual({
        viewer: { profile: { ...stored, region: 'IN' } },
        errors: [],
      })
      const cleared = {
        displayName: null,
        region: null,
        languages: [],
        favouriteGenres: null,
        services: null,
        maturity: null,
      }
      expect(await update('asha', cleared)).toEqual({
        viewer: {
          profile: {
            displayName: null,
            region: null,
            languages: [],
            favouriteGenres: [],
            services: [],
            maturity: 'ADULT',
          },
        },
        errors: [],
      })
    })

    test.each([
      [{ displayName: 'x'.repeat(101) }, 'input.displayName'],
      [{ displayName: 'two\nlines' }, 'input.displayName'],
      [{ displayName: 'turned \u202e round' }, 'input.displayName'],
      [{ languages: ['hi', 'xx'] }, 'input.languages'],
      [{ favouriteGenres: ['drama', 'nonsense'] }, 'input.favouriteGenres'],
      [{ services: ['Net flix'] }, 'input.services'],
      [{ services: ['x'.repeat(33)] }, 'input.services'],
      [{ services: Array.from({ length: 21 }, (_, index) => `s${index}`) }, 'input.services'],
    ])('%j is InvalidProfile, and nothing of it is written', async (input, field) => {
      await update('kept', { displayName: 'Ben', languages: ['de'], region: 'US' })
      const answer = await update('kept', { region: 'IN', ...input })
      expect(answer).toMatchObject({
        viewer: { profile: { displayName: 'Ben', region: 'US', languages: [{ code: 'de' }], services: [] } },
        errors: [{ __typename: 'InvalidProfile', field }],
      })
    })

    test('a name of a hundred characters outside the first plane is a name', async () => {
      const displayName = '🎬'.repeat(100)
      expect(await update('cinema', { displayName })).toMatchObject({
        viewer: { profile: { displayName } },
        errors: [],
      })
    })

    test('an unknown region is refused with its code', async () => {
      const query = 'mutation { updateProfile(input: { region: "ZZ" }) { errors { message } } }'
      expect((await as('asha', query)).errors?.[0]?.extensions.code).toBe('UNKNOWN_REGION')
    })

    test('everything wrong with it is told at once', async () => {
      const { errors } = await update('many', { displayName: '\u0007', languages: ['xx'], services: ['-'] })
      expect(errors).toHaveLength(3)
    })
  })
})
