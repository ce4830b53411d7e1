import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ask, bearer, json, onlySeen, type Header } from './support/asking.ts'
import { healthOf, isForeign } from './support/foreign-edge.ts'
import { startTestEdge, type TestEdge } from './support/test-edge.ts'
import { accessTokenOf, askToken, secretOf, serviceForm } from './support/tokens.ts'

let edge: TestEdge
let auth: Header
beforeEach(async () => {
  edge = await startTestEdge()
  const form = serviceForm({ client_id: 'website', client_secret: secretOf('website') })
  auth = bearer(accessTokenOf(await askToken(edge, form)))
})
afterEach(() => edge[Symbol.asyncDispose]())

interface Outcome {
  readonly at: number
  readonly status: number
}

/** Sends requests one after the other, several at a time, until it is told to stop. */
function load(clients: number, request: () => Promise<number>): { stop(): Promise<Outcome[]> } {
  const outcomes: Outcome[] = []
  const over = new AbortController()
  const client = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const at = performance.now()
      outcomes.push({ at, status: await request().catch(() => 0) })
      await wait(5)
    }
  }
  const clientsDone = Promise.all(Array.from({ length: clients }, client))
  return {
    async stop() {
      over.abort()
      await clientsDone
      return outcomes
    },
  }
}

const failures = (outcomes: readonly Outcome[]): Outcome[] => outcomes.filter(({ status }) => status !== 200)

async function ejected(supergraph: string): Promise<void> {
  while ((await healthOf(edge.adminUrl, 'supergraph', supergraph)) !== 'UNHEALTHY') await wait(20)
}

const sendMutation = async (): Promise<number> => {
  const body = JSON.stringify({ query: 'mutation { rate }', extensions: { id: randomUUID() } })
  return (await edge.send({ method: 'POST', path: '/graphql', headers: [auth, json], body })).status
}
const sendRead = async (): Promise<number> => (await edge.send({ path: '/graphql?read=1', headers: [auth] })).status

test('requests are spread evenly over the supergraphs', async () => {
  const ports: number[] = []
  for (let count = 0; count < 20; count++) {
    ports.push(onlySeen(await ask(edge, { path: '/graphql', headers: [auth] })).port)
  }
  const targets = edge.echo.targets.supergraph ?? []
  // Workers of a Kong take turns each for itself.
  for (const target of targets) {
    expect(Math.abs(ports.filter((port) => target.endsWith(`:${port}`)).length - 10)).toBeLessThanOrEqual(2)
  }
})

test('a service that hangs up: a read is sent to another one, a mutation to nobody else', async () => {
  const hangUpOnce = (): void => {
    let isFirst = true
    edge.echo.answer(() => {
      const hangsUp = isFirst
      isFirst = false
      return { hangsUp }
    })
  }
  hangUpOnce()
  const read = await ask(edge, { path: '/graphql', headers: [auth] })
  expect([read.got.status, new Set(read.seen.map(({ port }) => port)).size]).toEqual([200, 2])
  hangUpOnce()
  const mutation = await ask(edge, { method: 'POST', path: '/graphql', headers: [auth, json], body: '{}' })
  expect([mutation.got.status, mutation.seen.length]).toEqual([502, 1])
})

/**
 * Requests that may fail while one of two targets crashes. What was on its way to it is told as failed: of a mutation nobody
 * knows whether it was done. Kong takes the next target of its turn for each of three tries and hears of its own failures
 * a moment later, so that under load all three of a request may meet the lost one.
 */
const mostFailed = isForeign ? { reads: 8, mutations: 8 } : { reads: 0, mutations: 4 }

test('one of two supergraphs crashes under load: reads go on, and no mutation is sent twice', async () => {
  const [lost = ''] = edge.echo.targets.supergraph ?? []
  edge.echo.answer(async () => {
    await wait(10)
    return {}
  })
  const reads = load(8, sendRead)
  const mutations = load(4, sendMutation)
  await wait(1000)
  await edge.echo.crash(Number(lost.split(':')[1]))
  await ejected(lost)
  const ejectedAt = performance.now()
  await wait(1500)
  const [readOutcomes, mutationOutcomes] = [await reads.stop(), await mutations.stop()]

  expect(readOutcomes.length).toBeGreaterThan(100)
  expect(failures(readOutcomes).length).toBeLessThanOrEqual(mostFailed.reads)
  expect(failures(mutationOutcomes).length).toBeLessThanOrEqual(mostFailed.mutations)
  expect(failures([...readOutcomes, ...mutationOutcomes]).filter(({ at }) => at > ejectedAt)).toEqual([])
  const sent = edge.echo.seen.filter(({ method }) => method === 'POST').map(({ body }) => body)
  expect(sent.length).toBeGreaterThan(50)
  expect(new Set(sent).size).toBe(sent.length)
})

test('a supergraph that says it is not ready gets nothing more, and nothing fails', async () => {
  const [leaving = ''] = edge.echo.targets.supergraph ?? []
  const port = Number(leaving.split(':')[1])
  // Few enough for 1,000 a second, the website's limit.
  const reads = load(3, sendRead)
  const mutations = load(1, sendMutation)
  await wait(300)
  edge.echo.drain(port)
  await ejected(leaving)
  await wait(100) // for what was on its way
  edge.echo.forget()
  await wait(500)
  const outcomes = [...(await reads.stop()), ...(await mutations.stop())]
  expect(outcomes.length).toBeGreaterThan(50)
  expect(failures(outcomes)).toEqual([])
  expect(edge.echo.seen.length).toBeGreaterThan(10)
  expect(edge.echo.seen.filter((request) => request.port === port)).toEqual([])
})

test('with every supergraph gone the regions go on', async () => {
  for (const target of edge.echo.targets.supergraph ?? []) await edge.echo.crash(Number(target.split(':')[1]))
  const { got } = await ask(edge, { path: '/graphql', headers: [auth] })
  expect([502, 503]).toContain(got.status)
  expect((await ask(edge, { path: '/in/movies', headers: [auth] })).got.status).toBe(200)
})
