import { spawnSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dashboards } from '../infra/grafana/render.ts'
import { queriesOf } from '../infra/grafana/queries.ts'
import { exampleQueries } from '../supergraph/graphiql/examples.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, json, type Header } from './edge/support/asking.ts'
import type { Got } from './edge/support/send.ts'
import { accessTokenOf, edgeSecret, provisionKey, secretOf, serviceForm } from './edge/support/tokens.ts'
import { runCommand } from './support/command.ts'
import { writeImdbCsv } from './support/imdb-csv-generator.ts'
import { startPrometheus, type Prometheus } from './support/prometheus.ts'
import { startObservedPlatform, type ObservedPlatform } from './support/observed-platform.ts'

const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0
if (!hasPrometheus && process.env.CI === 'true') throw new Error('prometheus is not installed')

/** Nothing of these may stand in any log. */
const planted = {
  password: `planted-password-${randomUUID()}`,
  email: `planted-${randomUUID()}@example.org`,
  cookie: `planted-cookie-${randomUUID()}`,
  badToken: `planted-token-${randomUUID()}`,
  badKey: `planted-key-${randomUUID()}`,
  inQuery: `planted-query-${randomUUID()}`,
}
const trace = { id: randomBytes(16).toString('hex'), request: `observed-${randomUUID()}` }

let platform: ObservedPlatform
let prometheus: Prometheus | undefined
let token = ''
beforeAll(async () => {
  platform = await startObservedPlatform({ LOG_LEVEL: 'debug' })
  token = await tokenOf('demo-asha')
  prometheus = hasPrometheus ? await startPrometheus() : undefined
})
afterAll(async () => {
  await prometheus?.[Symbol.asyncDispose]()
  await platform[Symbol.asyncDispose]()
})

const formType: Header = ['Content-Type', 'application/x-www-form-urlencoded']
const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString()

async function tokenOf(user: string): Promise<string> {
  const fields = { scope: 'viewer:read viewer:write', authenticated_userid: user, provision_key: provisionKey }
  const body = form(serviceForm(fields))
  return accessTokenOf(await platform.sendTls({ method: 'POST', path: '/oauth2/token', headers: [formType], body }))
}

const partner: Header = ['apikey', secretOf('partner')]

function ask(query: string, headers: readonly Header[] = [partner], variables: object = {}): Promise<Got> {
  const body = JSON.stringify({ query, variables })
  return platform.send({ method: 'POST', path: '/graphql', headers: [json, ...headers], body })
}

const recommended =
  '{ viewer { recommendations(first: 3, region: IN) { nodes { movie { title } } } ratings(first: 3) { totalCount } } popular(region: US, first: 3) { nodes { movie { title } } } }'
const rate =
  'mutation ($id: ID!) { rateMovie(input: { movieId: $id, stars: 4 }) { rating { stars } errors { message } } }'

/** What clients do in a second or so: right, wrong, without credentials, and too much. */
async function scriptedLoad(): Promise<void> {
  for (const { query, variables = {} } of exampleQueries) await ask(query, [partner], variables)
  const listed = (
    await ask('{ region(code: IN) { movies(first: 3) { nodes { id directors { name } } } } }')
  ).json() as {
    data: { region: { movies: { nodes: Array<{ id: string }> } } | null }
  } // `as`: what the query selects
  await ask(recommended, [bearer(token)])
  for (const { id } of listed.data.region?.movies.nodes ?? []) await ask(rate, [bearer(token)], { id })
  await ask('{ region(code: IN) { movies(first: 1000) { totalCount } } }')
  await ask('{ nothing }')
  await ask('{ __typename }', [])
  await platform.send({ path: '/in/movies?first=5', headers: [partner] })
  const key: Header = ['apikey', secretOf('demo')]
  await Promise.all(Array.from({ length: 60 }, () => ask('{ __typename }', [key])))
}

function kill(name: string): void {
  platform.children.find((child) => child.name === name)?.kill()
}

/** Panels to whose questions the answer is no series, or no number. */
async function emptyPanels(from: Prometheus): Promise<string[]> {
  const empty: string[] = []
  for (const dashboard of dashboards) {
    for (const { panel, expr } of queriesOf(dashboard)) {
      const samples = await from.query(expr)
      if (!samples.some(({ value: [, value] }) => value !== 'NaN')) empty.push(`${dashboard.title}: ${panel}: ${expr}`)
    }
  }
  return empty
}

/** What operators are promised numbers of, and a question to Prometheus for each that has an answer under load. */
const promised: Readonly<Record<string, readonly string[]>> = {
  'GraphQL operations': ['movieverse_graphql_operations_total', 'movieverse_operation_duration_seconds_count'],
  'resolver errors by code': ['movieverse_graphql_errors_total{code!=""}'],
  'subgraph fetches': ['movieverse_subgraph_request_duration_seconds_count', 'movieverse_operation_fetches_count'],
  'breaker state': ['movieverse_subgraph_breaker_state'],
  'loader batch sizes': ['movieverse_loader_batch_size_count'],
  'SQL duration and pool use': ['movieverse_sql_duration_seconds_count', 'movieverse_sql_pool_connections'],
  'model version and age': [
    'movieverse_recommendations_model_version',
    'movieverse_recommendations_model_age_seconds >= 0',
  ],
  'importer progress': [
    'movieverse_import_rows{layout="imdb-csv"} > 0',
    'movieverse_import_updated_timestamp_seconds{state="DONE"}',
  ],
  'event-loop lag': ['nodejs_eventloop_lag_p99_seconds'],
  ratings: ['movieverse_viewers_ratings_total > 0'],
  'recommendations served by strategy and region': [
    'movieverse_recommendations_served_total{strategy!="",region="IN"} > 0',
  ],
  'availability changes': ['movieverse_availability_changes_total'],
  "the edge's requests": ['kong_http_requests_total > 0'],
}

/** An import of a few titles beside the running platform. */
async function importTitles(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-observed-csv-'))
  await writeImdbCsv(folder, 24)
  await using command = runCommand(['scripts/db/import.ts', 'imdb-csv', folder], { DATABASE_URL: platform.databaseUrl })
  expect(await command.ended, command.output()).toBe(0)
  await rm(folder, { recursive: true })
}

describe('the running platform', () => {
  test('is followed from the edge to its statements by one trace and one request id', async () => {
    const traceparent = `00-${trace.id}-b7ad6b7169203331-01`
    const headers: readonly Header[] = [partner, ['traceparent', traceparent], ['X-Request-ID', trace.request]]
    const got = await ask(
      'query MovieWithPeople { region(code: IN) { movies(first: 2) { nodes { title directors { name } } } } }',
      headers,
    )
    expect([got.status, got.headers['x-request-id']]).toEqual([200, trace.request])
    const linesOf = (name: string): string[] =>
      platform.lines.filter((line) => line.startsWith(`${name} | `) && line.includes(trace.request))
    for (const name of ['supergraph', 'india', 'catalog']) {
      await expect.poll(() => linesOf(name).some((line) => line.includes('"msg":"request"'))).toBe(true)
      expect(
        linesOf(name).filter((line) => !line.includes(trace.id)),
        name,
      ).toEqual([])
    }
    for (const name of ['india', 'catalog'])
      expect(
        linesOf(name).some((line) => line.includes('"msg":"statement"')),
        name,
      ).toBe(true)
    await expect.poll(async () => (await platform.accessLog()).includes(trace.request)).toBe(true)
  })

  test('belongs, where the client names no trace, to the one that began at the edge', async () => {
    const request = `begun-${randomUUID()}`
    await ask('query MoviesOfIndia { region(code: IN) { movies(first: 2) { nodes { title } } } }', [
      partner,
      ['X-Request-ID', request],
    ])
    const accessLine = async (): Promise<string | undefined> =>
      (await platform.accessLog()).split('\n').find((line) => line.includes(request))
    await expect.poll(accessLine).toBeDefined()
    const [, begun = 'none'] = /"trace_id":\{"w3c":"([0-9a-f]{32})"\}/.exec((await accessLine()) ?? '') ?? []
    const linesOf = (name: string): string[] =>
      platform.lines.filter((line) => line.startsWith(`${name} | `) && line.includes(request))
    for (const name of ['supergraph', 'india']) {
      await expect.poll(() => linesOf(name).some((line) => line.includes('"msg":"request"'))).toBe(true)
      expect(
        linesOf(name).filter((line) => !line.includes(begun)),
        name,
      ).toEqual([])
    }
    expect(linesOf('india').some((line) => line.includes('"msg":"statement"'))).toBe(true)
  })

  test.runIf(hasPrometheus)(
    'has every number that operators are promised, and leaves no panel empty',
    { timeout: 120_000 },
    async () => {
      if (!prometheus) throw new Error('no Prometheus')
      await importTitles()
      await scriptedLoad()
      const scraped = 'count_over_time(movieverse_availability_changes_total[1m]) > 2'
      await expect.poll(() => prometheus?.query(scraped), { timeout: 20_000 }).not.toEqual([])
      const unanswered = async (): Promise<string[]> => {
        const questions = Object.entries(promised).flatMap(([what, all]) => all.map((one) => [what, one] as const))
        const answers = await Promise.all(questions.map(async ([, one]) => prometheus?.query(one)))
        return questions.flatMap(([what, one], index) => (answers[index]?.length ? [] : [`${what}: ${one}`]))
      }
      await expect.poll(unanswered, { timeout: 20_000 }).toEqual([])
      // One region is stood in for by others; the catalog's breaker opens.
      kill('india')
      kill('catalog')
      const deadline = Date.now() + 60_000
      let empty: string[]
      do {
        await scriptedLoad()
        empty = await emptyPanels(prometheus)
      } while (empty.length > 0 && Date.now() < deadline)
      expect(empty).toEqual([])
      const opened = await prometheus.query('max by (service) (movieverse_subgraph_breaker_state) > 0')
      expect(opened.map(({ metric }) => metric['service'])).toContain('catalog')
      expect(await prometheus.query('movieverse_region_failovers_total{region="IN"} > 0')).not.toEqual([])
      expect(await prometheus.query('kong_http_requests_total{code="429"} > 0')).not.toEqual([])
      expect((await prometheus.rules()).filter(({ health }) => health !== 'ok')).toEqual([])
    },
  )

  test('writes no secret and nothing personal into any log', async () => {
    const headers: readonly Header[] = [
      formType,
      ['Cookie', `session=${planted.cookie}`],
      ['Authorization', `Bearer ${planted.badToken}`],
      ['apikey', planted.badKey],
    ]
    const person = { email: planted.email, password: planted.password, name: 'Somebody' }
    for (const path of ['/sign-in', '/sign-up', '/account', '/graphql', '/oauth2/token', '/nowhere'])
      await platform.sendTls({ method: 'POST', path, headers, body: form(person) })
    await ask(`query ($text: String!) { search(text: $text, first: 1) { totalCount } }`, [partner], {
      text: planted.inQuery,
    })
    await ask(`{ search(text: "${planted.inQuery}", first: 1) { nothing } }`)
    const last = randomUUID()
    const path = `/graphql?access_token=${planted.badToken}&apikey=${planted.badKey}`
    await platform.send({ path, headers: [['X-Request-ID', last]] })
    await expect.poll(() => platform.accessLog()).toContain(last)
    const written = platform.lines.join('\n') + (await platform.accessLog())
    const secrets = {
      ...planted,
      token,
      provisionKey,
      edgeSecret,
      serviceSecret: 'development-service-secret',
      partnerKey: secretOf('partner'),
      demoKey: secretOf('demo'),
      clientSecret: secretOf('demo-service'),
    }
    const found = Object.entries(secrets).filter(([, secret]) => written.includes(secret))
    expect(found.map(([name]) => name)).toEqual([])
  })
})
