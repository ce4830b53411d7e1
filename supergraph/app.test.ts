import { expect, test } from 'vitest'
import { buildSupergraph } from './app.ts'
import { readSupergraphConfig } from './config.ts'

test('zz', async () => {
  const app = await buildSupergraph(readSupergraphConfig({ LOG_LEVEL: 'info' }))
  const r = await app.inject({ method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json' }, payload: { query: '{ region(code: IN) { region { code } } x: region { region { code } } }' } })
  console.log(r.body)
  await app.close()
})
