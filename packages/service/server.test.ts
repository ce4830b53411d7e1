import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Writable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { PublicError } from './errors.ts'
import { loggerOptions, secretHeaders } from './logging.ts'
import { buildServer } from './server.ts'
import { testConfig } from './testing/apps.ts'

async function build(): Promise<FastifyInstance> {
  const app = await buildServer({ name: 'region', region: 'IN', config: testConfig() })
  app.get('/fails', async () => {
    throw new Error('password hunter2')
  })
  app.get('/refuses', async () => {
    throw new PublicError('NOT_FOUND', 'There is no such film', { field: 'id' })
  })
  app.post('/echo', async (request) => request.body)
  return app
}

test("a sender's request id is kept where it is a plain token, and answered", async () => {
  const app = await build()
  expect(
    (await app.inject({ url: '/livez', headers: { 'x-request-id': 'abc-1.2:3_4' } })).headers['x-request-id'],
  ).toBe('abc-1.2:3_4')
  for (const id of ['', 'a b', 'x'.repeat(129), '{"a":1}']) {
    const { headers } = await app.inject({ url: '/livez', headers: { 'x-request-id': id } })
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  }
})

test('errors are masked, public ones keep code, text and field, unknown paths are coded', async () => {
  const app = await build()
  const get = async (url: string) => {
    const answer = await app.inject({ url })
    return [answer.statusCode, answer.json()]
  }
  expect(await get('/fails')).toEqual([
    500,
    { error: { code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error' } },
  ])
  expect(await get('/refuses')).toEqual([
    404,
    { error: { code: 'NOT_FOUND', message: 'There is no such film', field: 'id' } },
  ])
  expect(await get('/nowhere')).toEqual([404, { error: { code: 'NOT_FOUND', message: 'There is nothing here' } }])
  expect(await get('/%')).toMatchObject([400, { error: { code: 'BAD_REQUEST' } }])
})

test('a request with more headers than an edge looks at is refused with a code', async () => {
  const app = await build()
  const own = ['host', 'user-agent']
  const ask = async (count: number) => {
    const names = Array.from({ length: count - own.length }, (_, index) => `x-${index}`)
    return app.inject({ url: '/livez', headers: Object.fromEntries(names.map((name) => [name, 'a'])) })
  }
  expect((await ask(100)).statusCode).toBe(200)
  const refused = await ask(101)
  expect([refused.statusCode, refused.json().error.code]).toEqual([431, 'TOO_MANY_HEADERS'])
})

test('a body that is too long or no JSON is refused with a code', async () => {
  const app = await build()
  const post = async (payload: string) => {
    const answer = await app.inject({
      method: 'POST',
      url: '/echo',
      payload,
      headers: { 'content-type': 'application/json' },
    })
    return [answer.statusCode, answer.json().error.code]
  }
  expect(await post(JSON.stringify('x'.repeat(65_536)))).toEqual([413, 'PAYLOAD_TOO_LARGE'])
  expect(await post('{')).toEqual([400, 'BAD_REQUEST'])
})

test('security headers forbid everything that JSON does not need, unless pages are served', async () => {
  const headersOf = async (app: FastifyInstance) => (await app.inject('/livez')).headers
  const strict = await headersOf(await build())
  expect(strict['content-security-policy']).toContain("default-src 'none'")
  expect(strict['x-content-type-options']).toBe('nosniff')
  const config = testConfig()
  const page = await headersOf(
    await buildServer({ name: 'page', config, contentSecurityPolicy: { scriptSrc: ["'self'"] } }),
  )
  expect(page['content-security-policy']).toContain("script-src 'self'")
})

test('logs hold no credentials, wherever the headers stand, and no query string', () => {
  let logged = ''
  const log = pino(
    loggerOptions({ level: 'info', service: 'x', region: 'IN' }) as pino.LoggerOptions,
    new Writable({ write: (chunk, _encoding, done) => ((logged += chunk), done()) }),
  )
  const headers = Object.fromEntries(secretHeaders.map((name) => [name, 'hunter2']))
  log.info({ headers }, 'a')
  log.info({ upstream: { headers } }, 'b')
  log.info(headers, 'c')
  log.info({ req: { method: 'GET', url: '/movies?apikey=hunter2', headers } }, 'd')
  expect(logged.trim().split('\n')).toHaveLength(4)
  expect(logged).toContain('"region":"IN"')
  expect(logged).not.toContain('hunter2')
})

test('readiness names the checks that fail and nothing else, within their limit, and heals', async () => {
  const app = await build()
  let broken: Promise<void> | null = null
  app.readiness.add('database', () => broken ?? Promise.resolve())
  app.readiness.add('search', async () => {})
  const readyz = async () => {
    const answer = await app.inject('/readyz')
    return [answer.statusCode, answer.json()]
  }
  expect(await readyz()).toEqual([200, { status: 'ok', checks: { database: 'ok', search: 'ok' } }])
  broken = Promise.reject(new Error('ECONNREFUSED 10.0.0.7'))
  expect(await readyz()).toEqual([503, { status: 'failed', checks: { database: 'failed', search: 'ok' } }])
  broken = new Promise(() => {})
  const started = performance.now()
  expect((await readyz())[0]).toBe(503)
  expect(performance.now() - started).toBeLessThan(1500)
  expect((await app.inject('/livez')).statusCode).toBe(200)
  broken = null
  expect((await readyz())[0]).toBe(200)
  app.readiness.drain()
  expect(await readyz()).toEqual([503, { status: 'draining' }])
})

test.skipIf(!existsSync('/usr/bin/promtool'))(
  'promtool accepts every metric, with service and region on each',
  async () => {
    const app = await build()
    await app.inject('/fails')
    app.meters
      .counter({ name: 'movieverse_tries_total', help: 'Tries.', labelNames: ['outcome'] })
      .inc({ outcome: 'ok' })
    app.meters.gauge({ name: 'movieverse_breaker_state', help: 'State.', labelNames: [] }, () => 1)
    const { payload, headers } = await app.inject('/metrics')
    const { status, stderr } = spawnSync('/usr/bin/promtool', ['check', 'metrics'], {
      input: payload,
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(headers['content-type']).toContain('text/plain')
    expect(payload).toMatch(
      /http_request_duration_seconds_count\{service="region",region="IN",method="GET",route="\/fails"/,
    )
    const samples = payload.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    expect(samples.filter((line) => !line.includes('service="region"'))).toEqual([])
  },
)
