import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { regions } from '@movieverse/regions/regions.ts'
import { ask, bearer, type Header } from './support/asking.ts'
import { healthOf, isLogReadable } from './support/foreign-edge.ts'
import type { Sent } from './support/send.ts'
import { startTestEdge, type TestEdge } from './support/test-edge.ts'
import { accessTokenOf, askToken, edgeSecret, newCode, secretOf, serviceForm, serviceToken } from './support/tokens.ts'

let edge: TestEdge
let token = ''
beforeAll(async () => {
  edge = await startTestEdge()
  token = await serviceToken(edge, 'viewer:read', 'the-user')
})
afterAll(() => edge[Symbol.asyncDispose]())

async function jsonOf(url: string): Promise<Record<string, unknown>> {
  return (await (await fetch(url)).json()) as Record<string, unknown> // tests assert on what they expect of it
}

describe('metrics', () => {
  const metrics = async (): Promise<string> => (await fetch(`${edge.statusUrl}/metrics`)).text()

  /** The sum of the series of a metric that have these labels. */
  async function sumOf(name: string, labels: Readonly<Record<string, string>>): Promise<number> {
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
    return (await metrics())
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) && wanted.every((label) => line.includes(label)))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  }

  async function expectEventually(check: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 10_000
    while (!(await check())) {
      if (Date.now() > deadline) throw new Error('it never came true')
      await wait(50)
    }
  }

  // Answers that no other test asks for: what those were counted as may show up late.
  test('count requests per service, route, code and consumer', async () => {
    const labels = {
      service: 'india-movies',
      route: 'in-movies',
      code: '418',
      source: 'service',
      consumer: 'demo-service',
    }
    const before = await sumOf('kong_http_requests_total', labels)
    edge.echo.answer(() => ({ status: 418 }))
    await ask(edge, { path: '/in/movies', headers: [bearer(token)] })
    edge.echo.answer()
    await expectEventually(async () => (await sumOf('kong_http_requests_total', labels)) === before + 1)
  })

  test('count refusals as the edge’s own', async () => {
    const labels = { service: 'supergraph', route: 'graphql', code: '413', source: 'kong', consumer: 'demo-server' }
    const form = serviceForm({ client_id: 'demo-server', client_secret: secretOf('demo-server') })
    const auth = bearer(accessTokenOf(await askToken(edge, form)))
    const before = await sumOf('kong_http_requests_total', labels)
    await ask(edge, { method: 'POST', path: '/graphql', headers: [auth], body: 'b'.repeat(70_000) })
    await expectEventually(async () => (await sumOf('kong_http_requests_total', labels)) === before + 1)
  })

  test('tell latencies, bytes and the health of every target', async () => {
    await ask(edge, { path: '/graphql', headers: [bearer(token)] })
    for (const name of ['kong_request_latency_ms_bucket', 'kong_upstream_latency_ms_bucket', 'kong_bandwidth_bytes']) {
      await expectEventually(async () => (await metrics()).includes(`${name}{service="supergraph",route="graphql"`))
    }
    for (const { slug } of regions) {
      expect(await sumOf('kong_upstream_target_health', { upstream: `${slug}.upstream`, state: 'healthy' })).toBe(1)
    }
  })
})

describe.skipIf(!isLogReadable)('the access log', () => {
  test('has a line for each request, without any credential or secret', async () => {
    const { code, verifier } = await newCode(edge, 'demo-spa')
    const secrets = [
      token,
      secretOf('partner'),
      secretOf('demo'),
      edgeSecret,
      'development-service-secret',
      code,
      verifier,
      'the-session',
      'a-new-session',
    ]
    edge.echo.answer(() => ({ headers: { 'set-cookie': 'session=a-new-session', location: `/x?code=${code}` } }))
    const everyCredential: readonly Header[] = [
      bearer(token),
      ['apikey', secretOf('partner')],
      ['Cookie', 'session=the-session'],
      ['Proxy-Authorization', `Bearer ${token}`],
      ['X-Edge-Secret', edgeSecret],
      ['X-Service-Secret', 'development-service-secret'],
      ['Referer', `http://127.0.0.1:5173/callback?code=${code}`],
    ]
    const requests: readonly Sent[] = [
      { path: '/graphql', headers: [bearer(token)] },
      { path: `/graphql?access_token=${token}` },
      { path: `/graphql?apikey=${secretOf('partner')}` },
      { path: '/graphql', headers: [['X-Api-Key', secretOf('partner')]] },
      { path: '/graphql', headers: [['apikey', secretOf('partner')]] },
      { path: '/sign-in', headers: [['Cookie', 'session=the-session']] },
      { path: '/sign-in', headers: [['Referer', `http://127.0.0.1:5173/callback?code=${code}`]] },
      { path: `/authorize?code=${code}&verifier=${verifier}` },
      { path: '/graphql', headers: [['Proxy-Authorization', `Bearer ${token}`]] },
      // Refused before anything is taken away.
      { path: '/nowhere', headers: everyCredential },
      {
        path: '/graphql',
        headers: [...everyCredential, ['X-Api-Key', secretOf('demo')]],
        body: 'b'.repeat(70_000),
        method: 'POST',
      },
      {
        path: '/subscriptions',
        headers: [
          ['apikey', secretOf('partner')],
          ['X-Api-Key', secretOf('demo')],
        ],
      },
    ]
    const run = randomUUID()
    for (const [index, { headers = [], ...request }] of requests.entries()) {
      await ask(edge, { ...request, headers: [...headers, ['X-Request-ID', `${run}.${index}`]] })
    }
    edge.echo.answer()
    const lines = await linesWith(run, requests.length)
    for (const secret of secrets) expect(lines.join('\n')).not.toContain(secret)
    // Kong writes a line when it is done with the connection, so that of a body which it did not read comes late.
    const entries = lines.map((line) => JSON.parse(line) as LogEntry) // one object a line
    const byId = new Map(entries.map((entry) => [entry.request.headers['x-request-id'], entry]))
    expect(requests.map((_, index) => byId.get(`${run}.${index}`)?.route?.name)).toEqual([
      ...Array<string>(5).fill('graphql'),
      ...Array<string>(3).fill('web'),
      'graphql',
      undefined,
      'graphql',
      'subscriptions',
    ])
    expect(byId.get(`${run}.0`)).toMatchObject({
      request: { method: 'GET' },
      response: { status: 200 },
      service: { name: 'supergraph' },
      consumer: { username: 'demo-service' },
    })
  })

  test('names the trace that the service was told', async () => {
    const run = randomUUID()
    const { seen } = await ask(edge, { path: '/graphql', headers: [bearer(token), ['X-Request-ID', run]] })
    const [, trace] = seen[0]?.headers.get('traceparent')?.join().split('-') ?? []
    const lines = await linesWith(run, 1)
    expect(trace).toMatch(/^[0-9a-f]{32}$/)
    expect(JSON.parse(lines.join())).toMatchObject({ trace_id: { w3c: trace } })
  })

  interface LogEntry {
    readonly request: { readonly headers: Readonly<Record<string, string>> }
    /** Absent where none matched. */
    readonly route?: { readonly name: string }
  }

  /** Lines come after their answers. */
  async function linesWith(run: string, count: number): Promise<readonly string[]> {
    for (const deadline = Date.now() + 10_000; ; await wait(50)) {
      const lines = (await edge.logLines()).filter((line) => line.includes(run))
      if (lines.length >= count || Date.now() > deadline) return lines
    }
  }
})

describe('operators read', () => {
  test('whether the edge is ready', async () => {
    const answer = await fetch(`${edge.statusUrl}/status/ready`)
    expect([answer.status, await answer.json()]).toEqual([200, { message: 'ready' }])
  })

  test('what is routed', async () => {
    for (const [list, name] of [
      ['services', 'supergraph'],
      ['routes', 'in-movies'],
    ] as const) {
      const { data } = await jsonOf(`${edge.adminUrl}/${list}`)
      expect(data, list).toContainEqual(expect.objectContaining({ name }))
    }
    const { data } = await jsonOf(`${edge.adminUrl}/consumers`)
    expect(data).toContainEqual(expect.objectContaining({ username: 'demo-service' }))
  })

  test('no secret of a client among the consumers', async () => {
    const text = await (await fetch(`${edge.adminUrl}/consumers`)).text()
    for (const clientId of ['website', 'demo-service', 'partner', 'demo'])
      expect(text).not.toContain(secretOf(clientId))
  })

  test('the health of every target', async () => {
    for (const [service, targets] of Object.entries(edge.echo.targets)) {
      for (const target of targets) expect(await healthOf(edge.adminUrl, service, target), target).toBe('HEALTHY')
    }
  })
})
