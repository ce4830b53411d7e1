import fastify from 'fastify'
import { expect, test } from 'vitest'
import { addStatusRoutes } from './status.ts'

function statusApp(isReady = true): ReturnType<typeof fastify> {
  const app = fastify()
  addStatusRoutes(app, {
    connections: { accepted: 3, active: 1, totalRequests: 9 },
    isDatabaseReachable: async () => isReady,
    readiness: {
      isDraining: false,
      results: async () => (isReady ? [] : [{ name: 'database', error: new Error('gone') }]),
    },
    metrics: { render: async () => 'a 1\n' },
  })
  return app
}

test.each([
  ['GET', '/status', 200],
  ['GET', '/status/ready', 200],
  ['POST', '/status', 405],
  ['GET', '/nothing', 404],
  ['GET', '/metrics', 200],
] as const)('%s %s is %i, with what Kong adds to every answer of its own APIs', async (method, url, status) => {
  const answer = await statusApp().inject({ method, url, headers: { origin: 'https://a.example' } })
  expect(answer.statusCode).toBe(status)
  expect(answer.headers).toMatchObject({ server: 'kong/3.9.3' })
  // Kong's lets any website read; what it says of consumers and targets is for operators.
  expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
  expect(answer.headers['x-kong-admin-latency']).toMatch(/^\d+$/)
})

test('an edge without its database is not ready', async () => {
  const answer = await statusApp(false).inject('/status/ready')
  expect([answer.statusCode, answer.json()]).toEqual([503, { message: 'failed to connect to database' }])
  expect((await statusApp().inject('/status')).json()).toMatchObject({ database: { reachable: true } })
})
