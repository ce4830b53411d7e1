import { openSocket } from '@movieverse/service/testing/websocket-client.ts'
import { expect, test } from 'vitest'
import { createPlatformSubgraphs } from './fixtures/platform-subgraphs.ts'
import { startSupergraph } from './fixtures/running-supergraph.ts'
import { keepNamedOperation } from './named-operation.ts'

function kept(query: string, operationName?: string): string {
  const parameters = { query, operationName }
  keepNamedOperation(parameters)
  return parameters.query
}

test('the named operation is left, with the fragments that it uses', () => {
  const document =
    'query A { regions { ...F } } query B { x } fragment F on Region { code } fragment G on Region { name }'
  expect(kept(document, 'A').replaceAll(/\s+/g, ' ').trim()).toBe(
    'query A { regions { ...F } } fragment F on Region { code }',
  )
  expect(kept(document, 'B').replaceAll(/\s+/g, ' ').trim()).toBe('query B { x }')
})

test.each([
  ['one operation', 'query A { query }', 'A'],
  ['no name', 'query A { x } query B { y }', undefined],
  ['a name that is not there', 'query A { x } query B { y }', 'C'],
  ['no document', 'query query {', 'A'],
])('%s: nothing is changed', (_name, query, operationName) => {
  expect(kept(query, operationName)).toBe(query)
})

test('of two operations in a document the named one is answered, compiled or not, whichever was asked for first', async () => {
  await using supergraph = await startSupergraph(createPlatformSubgraphs())
  const document = 'query A { regions { code } } query B { region(code: IN) { region { name } } }'
  const ask = async (operationName: string): Promise<unknown> =>
    (await supergraph.ask(document, { operationName })).data
  const [a, b] = [await ask('A'), await ask('B')]
  expect(a).toEqual({ regions: expect.any(Array) })
  expect(b).toEqual({ region: { region: { name: 'India' } } })
  for (let count = 0; count < 6; count += 1) expect([await ask('A'), await ask('B')]).toEqual([a, b])
  const unnamed = await supergraph.ask(document)
  expect(unnamed.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }])
})

test('a document of too many tokens is left whole and refused, however small the named operation is', async () => {
  const large = `query A { regions { code } } query B { ${'regions { code } '.repeat(400)} }`
  expect(kept(large, 'A')).toBe(large)
  await using supergraph = await startSupergraph(createPlatformSubgraphs())
  const refusal = { message: expect.stringContaining('1000 tokens'), extensions: { code: 'LIMIT_EXCEEDED' } }
  expect((await supergraph.ask(large, { operationName: 'A' })).errors).toMatchObject([refusal])
  await supergraph.app.listen({ host: '127.0.0.1', port: 0 })
  using socket = await openSocket(supergraph.app)
  socket.send({ id: 'a', type: 'subscribe', payload: { query: large, operationName: 'A' } })
  expect(await socket.receive()).toMatchObject({ id: 'a', type: 'error', payload: [refusal] })
})
