import fastify from 'fastify'
import { expect, test } from 'vitest'
import { quietRoute } from './logging.ts'
import { addMetrics } from './metrics.ts'

// The contract with @prometheus-io/client, whose registry prints counters and histograms of our own.

test('what is read elsewhere at a scrape is printed, and one source that is away takes no other metric with it', async () => {
  const app = fastify()
  await addMetrics(app, { service: 'one', region: '' })
  let isAway = false
  const read = async (): Promise<Array<readonly [{ of: string }, number]>> => {
    if (isAway) throw new Error('away')
    return [[{ of: 'x' }, 7]]
  }
  app.meters.totals({ name: 'movieverse_things_total', help: 'Things.', labelNames: ['of'] }, read)
  app.meters.gauges({ name: 'movieverse_rows', help: 'Rows.', labelNames: ['of'] }, read)
  app.meters.gauge({ name: 'movieverse_own', help: 'Own.', labelNames: [] }, () => 1)
  const valuesNow = async (): Promise<string[]> =>
    (await app.inject('/metrics')).body.split('\n').filter((line) => line.startsWith('movieverse_'))
  const all = [
    'movieverse_things_total{of="x",service="one",region=""} 7',
    'movieverse_rows{of="x",service="one",region=""} 7',
    'movieverse_own{service="one",region=""} 1',
  ]
  expect(await valuesNow()).toEqual(all)
  isAway = true
  expect(await valuesNow()).toEqual(all.slice(2))
  isAway = false
  expect(await valuesNow()).toEqual(all)
  await app.close()
})

test('counters and histograms print as Prometheus reads them, with buckets that add up', async () => {
  const app = fastify()
  await addMetrics(app, { service: 'one', region: 'IN' })
  const calls = app.meters.counter({ name: 'movieverse_calls_total', help: 'Calls.', labelNames: ['to', 'outcome'] })
  const sizes = app.meters.histogram({ name: 'movieverse_sizes', help: 'Sizes.', labelNames: ['of'] }, [1, 5])
  calls.inc({ to: 'a', outcome: 'ok' })
  calls.inc({ outcome: 'ok', to: 'a' }, 2)
  calls.inc({ to: 'a"b', outcome: 'no' })
  for (const size of [1, 2, 5, 9]) sizes.observe({ of: 'x' }, size)
  const { body } = await app.inject('/metrics')
  await app.close()
  const lines = body.split('\n').filter((line) => line.includes('movieverse_'))
  const own = 'service="one",region="IN"'
  expect(lines).toEqual([
    '# HELP movieverse_calls_total Calls.',
    '# TYPE movieverse_calls_total counter',
    `movieverse_calls_total{to="a",outcome="ok",${own}} 3`,
    `movieverse_calls_total{to="a\\"b",outcome="no",${own}} 1`,
    '# HELP movieverse_sizes Sizes.',
    '# TYPE movieverse_sizes histogram',
    `movieverse_sizes_bucket{le="1",${own},of="x"} 1`,
    `movieverse_sizes_bucket{le="5",${own},of="x"} 3`,
    `movieverse_sizes_bucket{le="+Inf",${own},of="x"} 4`,
    `movieverse_sizes_sum{${own},of="x"} 17`,
    `movieverse_sizes_count{${own},of="x"} 4`,
  ])
})

test('requests are measured by method, route and status; probes, HEAD and paths that are no route are not', async () => {
  const app = fastify()
  await addMetrics(app, { service: 'one', region: '' })
  app.get('/films/:id', async (_request, reply) => reply.code(404).send({}))
  app.get('/probe', quietRoute, async () => ({}))
  for (const url of ['/films/1', '/films/2', '/probe', '/nowhere']) await app.inject(url)
  await app.inject({ method: 'HEAD', url: '/films/1' })
  const { body } = await app.inject('/metrics')
  await app.close()
  const counts = body.split('\n').filter((line) => line.startsWith('http_request_duration_seconds_count'))
  expect(counts).toEqual([
    'http_request_duration_seconds_count{service="one",region="",method="GET",route="/films/:id",status_code="404"} 2',
  ])
  expect(body).toMatch(/http_request_duration_seconds_sum\{[^}]+\} 0\.\d+/)
})
