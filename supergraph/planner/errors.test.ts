import { expect, test } from 'vitest'
import { PublicError } from '@movieverse/service/errors.ts'
import { createLocalSubgraph, type LocalSubgraph } from '../fixtures/local-subgraph.ts'
import { createLocalSupergraph, type Answer } from '../fixtures/local-supergraph.ts'

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\n'
const users = ['1', '2', '1'].map((id) => ({ id }))
const accounts = createLocalSubgraph(
  'accounts',
  `${link} type Query { users: [User] user: User } type User @key(fields: "id") { id: ID! }`,
  { Query: { users: () => users, user: () => users[0] } },
)
const reviewsSdl = `${link} type Query { x: Int } type User @key(fields: "id") { id: ID! mood: String stars(of: Int): [Star] } type Star { count: Int }`

/** Reviews that answer in their own way. */
function reviews(answer: LocalSubgraph['answer']): LocalSubgraph {
  return { name: 'reviews', sdl: reviewsSdl, answer }
}

async function errorsOf(answer: LocalSubgraph['answer'], query: string): Promise<unknown[]> {
  const { errors }: Answer = await createLocalSupergraph([accounts, reviews(answer)]).ask(query)
  return errors.map(({ path, message, originalError }) => ({
    path,
    message,
    code: originalError instanceof PublicError ? originalError.code : undefined,
  }))
}

const failing: LocalSubgraph['answer'] = async () => {
  throw new PublicError('SUBGRAPH_TIMEOUT', 'reviews did not answer in time', { service: 'reviews' })
}

test('a failed call is one error, where all that it was to fill have their path in common', async () => {
  const code = 'SUBGRAPH_TIMEOUT'
  const message = 'reviews did not answer in time'
  expect(await errorsOf(failing, '{ all: users { feeling: mood } }')).toEqual([{ path: ['all'], message, code }])
  expect(await errorsOf(failing, '{ me: user { feeling: mood } }')).toEqual([
    { path: ['me', 'feeling'], message, code },
  ])
  expect(await errorsOf(failing, '{ me: user { feeling: mood stars { count } } }')).toEqual([
    { path: ['me'], message, code },
  ])
  expect(await errorsOf(failing, '{ x }')).toEqual([{ path: ['x'], message, code }])
})

test('an entity’s error is told at every place in which the client sees the entity, by the client’s names', async () => {
  const answer = async (body: string): Promise<object> => {
    const property = /stars__\w+/.exec(body)?.[0] ?? ''
    const error = {
      message: 'no such star',
      path: ['_entities', 0, property, 1, 'count'],
      extensions: { code: 'NOT_FOUND' },
    }
    return { data: { _entities: [{ [property]: [{ count: 1 }, { count: null }] }, null] }, errors: [error] }
  }
  const place = (index: number): unknown => ({
    path: ['users', index, 'rank', 1, 'n'],
    message: 'no such star',
    code: 'NOT_FOUND',
  })
  expect(await errorsOf(answer, '{ users { rank: stars(of: 2) { n: count } } }')).toEqual([place(0), place(2)])
})

test('an error without a path stands where the call was to answer', async () => {
  const answer = async (): Promise<object> => ({
    data: null,
    errors: [{ message: 'no', extensions: { code: 'FORBIDDEN' } }],
  })
  expect(await errorsOf(answer, '{ users { mood } }')).toEqual([{ path: ['users'], message: 'no', code: 'FORBIDDEN' }])
})

test('what a subgraph did not mean for clients is masked', async () => {
  const answer = async (): Promise<object> => ({
    data: { x: null },
    errors: [{ message: 'SELECT * FROM secrets at db.ts:1', path: ['x'] }],
  })
  expect(await errorsOf(answer, '{ x }')).toEqual([
    { path: ['x'], message: 'Internal server error', code: 'INTERNAL_SERVER_ERROR' },
  ])
})

test('errors of answers that are no answers do no harm', async () => {
  for (const errors of [
    [null],
    ['text'],
    [{ path: 5 }],
    [{ message: 1, path: ['_entities', 99, 'mood'] }],
    [{ message: 'x', path: ['nowhere'] }],
  ]) {
    const told = await errorsOf(async () => ({ data: null, errors }), '{ users { mood } }')
    expect(told).toMatchObject([{ path: ['users'] }])
  }
})

test('a list that stands under two names has its errors where the client asked for what failed, and under each name that did', async () => {
  const refused = async (): Promise<object> => ({
    data: { _entities: [{ mood: null }, { mood: 'x' }] },
    errors: [{ message: 'none', path: ['_entities', 0, 'mood'], extensions: { code: 'NOT_FOUND' } }],
  })
  const code = 'NOT_FOUND'
  const message = 'none'
  expect(await errorsOf(refused, '{ a: users { id } b: users { mood } }')).toEqual([
    { path: ['b', 0, 'mood'], message, code },
    { path: ['b', 2, 'mood'], message, code },
  ])
  const both = await errorsOf(refused, '{ a: users { m: mood } b: users { mood } }')
  expect(both.map((error) => (error as { path: unknown }).path)).toEqual([
    ['a', 0, 'm'],
    ['b', 0, 'mood'],
    ['a', 2, 'm'],
    ['b', 2, 'mood'],
  ])
  const [failed] = await errorsOf(failing, '{ a: users { id } b: users { feeling: mood } }')
  expect(failed).toMatchObject({ path: ['b'] })
})
