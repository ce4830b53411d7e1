import { openSocket } from '@movieverse/service/testing/websocket-client.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSupergraph, type RunningSupergraph } from '../fixtures/running-supergraph.ts'
import { createScopedSubgraphs, signedIn } from './fixtures.ts'

let supergraph: RunningSupergraph
beforeAll(async () => {
  supergraph = await startSupergraph(createScopedSubgraphs())
})
afterAll(async () => supergraph[Symbol.asyncDispose]())

/** Asks five times, so that the compiled query is held to the same, and answers what all five answered. */
async function ask(
  query: string,
  headers: Record<string, string> = {},
  variables?: Record<string, unknown>,
): ReturnType<RunningSupergraph['ask']> {
  const options = { headers, ...(variables && { variables }) }
  const first = await supergraph.ask(query, options)
  for (let count = 0; count < 4; count += 1) expect(await supergraph.ask(query, options)).toEqual(first)
  return first
}

const lists = '{ films { title viewer { rating seen } } }'

describe('a field that needs a scope', () => {
  test('is null with one error for who is not signed in, is not fetched, and leaves the rest', async () => {
    const { status, data, errors, calls } = await ask(lists)
    expect(status).toBe(200)
    expect(data).toEqual({
      films: [
        { title: 'Ankur', viewer: null },
        { title: 'Gandhi', viewer: null },
      ],
    })
    expect(errors).toMatchObject([{ path: ['films'], extensions: { code: 'UNAUTHENTICATED' } }])
    expect(errors?.[0]?.message).toContain('Film.viewer')
    expect(calls).toEqual({ catalog: 1 })
  })

  test('is refused to who is signed in without the scope', async () => {
    const { data, errors, calls } = await ask('{ viewer { name } films { title } }', signedIn('viewer:write profile'))
    expect(data).toEqual({ viewer: null, films: [{ title: 'Ankur' }, { title: 'Gandhi' }] })
    expect(errors).toMatchObject([{ path: ['viewer'], extensions: { code: 'FORBIDDEN' } }])
    expect(calls).toEqual({ catalog: 1 })
  })

  test('is answered to who has it', async () => {
    const { data, errors } = await ask(lists, signedIn('viewer:read'))
    expect(errors).toBeUndefined()
    expect(data).toMatchObject({ films: [{ viewer: { rating: 1, seen: true } }, { viewer: { rating: 2 } }] })
  })

  test('is refused to an application that has the scope and no person', async () => {
    const { 'x-authenticated-userid': _, ...application } = signedIn('viewer:read')
    expect((await ask('{ viewer { name } }', application)).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ])
  })

  test.each([
    ['no edge secret', { 'x-edge-secret': '' }],
    ['a wrong edge secret', { 'x-edge-secret': 'guessed-secret' }],
  ])('is refused to whoever claims the scope with %s', async (_what, change) => {
    const { errors, calls } = await ask('{ viewer { name } }', { ...signedIn('viewer:read'), ...change })
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    expect(calls).toEqual({})
  })

  test('that cannot be null takes its object with it, without a second error', async () => {
    const { data, errors, calls } = await ask('{ viewer { name email } }', signedIn('viewer:read'))
    expect(data).toEqual({ viewer: null })
    expect(errors).toMatchObject([{ path: ['viewer', 'email'], extensions: { code: 'FORBIDDEN' } }])
    expect(calls).toEqual({ viewers: 1 })
  })
})

test('one of several sets of scopes is enough', async () => {
  const rate = 'mutation { rate(film: 1) { name } }'
  expect((await ask(rate, signedIn('viewer:write'))).errors).toBeUndefined()
  expect((await ask(rate, signedIn('viewer:read admin'))).errors).toBeUndefined()
  const refused = await ask(rate, signedIn('admin'))
  expect(refused).toMatchObject({ data: { rate: null }, errors: [{ extensions: { code: 'FORBIDDEN' } }], calls: {} })
})

test('a field for people who are signed in needs no scope', async () => {
  expect((await ask('{ films { notes } }', signedIn(''))).data).toEqual({
    films: [{ notes: 'draft' }, { notes: 'final' }],
  })
  expect(await ask('{ films { notes } }')).toMatchObject({
    data: { films: [{ notes: null }, { notes: null }] },
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  })
})

test('an interface is no way around what its implementations require', async () => {
  for (const query of [
    '{ node { notes } }',
    '{ node { ... on Film { notes } } }',
    '{ node { ...N } } fragment N on Node { notes }',
  ]) {
    expect(await ask(query)).toMatchObject({
      data: { node: { notes: null } },
      errors: [{ path: ['node', 'notes'], extensions: { code: 'UNAUTHENTICATED' } }],
    })
  }
})

test('each place and name of a refused field is told once, fragments and aliases included', async () => {
  const query = `
    query($yes: Boolean = true) { a: viewer { name } b: viewer { ...V } c: viewer @skip(if: $yes) { name } films { ...F ...F } }
    fragment V on Viewer { films { ...F } }
    fragment F on Film { title mine: viewer { rating } }`
  const { data, errors } = await ask(query)
  expect(data).toEqual({
    a: null,
    b: null,
    films: [
      { title: 'Ankur', mine: null },
      { title: 'Gandhi', mine: null },
    ],
  })
  expect(errors?.map(({ path }) => path?.join('.')).toSorted()).toEqual(['a', 'b', 'films'])
})

test('one document is answered to each according to their scopes, in any order', async () => {
  for (let round = 0; round < 4; round += 1) {
    expect((await supergraph.ask(lists)).data).toMatchObject({ films: [{ viewer: null }, { viewer: null }] })
    expect((await supergraph.ask(lists, { headers: signedIn('viewer:read') })).data).toMatchObject({
      films: [{ viewer: { rating: 1 } }, { viewer: { rating: 2 } }],
    })
  }
})

test('over WebSocket, too, whoever opened the connection is answered according to their scopes', async () => {
  await supergraph.app.listen({ host: '127.0.0.1', port: 0 })
  const ask = async (headers: Record<string, string>): Promise<unknown> => {
    using socket = await openSocket(supergraph.app, { headers })
    socket.send({ id: '1', type: 'subscribe', payload: { query: '{ viewer { name } }' } })
    return (await socket.receive()).payload
  }
  expect(await ask({})).toMatchObject({ data: { viewer: null }, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
  expect(await ask(signedIn('viewer:read'))).toEqual({ data: { viewer: { name: 'Asha' } } })
})

test('variables of the wrong type are refused before anything is asked', async () => {
  const query = 'query($yes: Boolean!) { viewer @include(if: $yes) { name } films { title } }'
  for (let count = 0; count < 5; count += 1) {
    const { data, errors, calls } = await supergraph.ask(query, { variables: { yes: 'maybe' } })
    expect([data, errors?.[0]?.extensions.code, calls]).toEqual([undefined, 'GRAPHQL_VALIDATION_FAILED', {}])
  }
})

test('a field of fragments that double at every level is told once', async () => {
  const levels = Array.from(
    { length: 6 },
    (_, level) => `fragment F${level} on Film { ...F${level + 1} ...F${level + 1} }`,
  )
  const { errors } = await supergraph.ask(
    `{ film(id: 1) { title ...F0 } } ${levels.join(' ')} fragment F6 on Film { notes }`,
  )
  expect(errors).toHaveLength(1)
})
