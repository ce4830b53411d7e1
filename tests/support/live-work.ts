import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'
import { toSqlTime } from '@movieverse/service/sql-time.ts'
import { recordChanges } from '@movieverse/titles/availability/availability-writer-changes.ts'
import { demoAccounts, demoPassword } from '@movieverse/web/sign-in/accounts/demo-accounts.ts'
import { formsOf } from '@movieverse/web/testing/browser.ts'
import { bearer, json, type Header } from '../edge/support/asking.ts'
import { send } from '../edge/support/send.ts'
import { secretOf, serviceToken } from '../edge/support/tokens.ts'
import type { LinkedPlatform } from './linked-platform.ts'
import { createScriptlessVisitor, signIn } from './scriptless-visitor.ts'

/** One kind of work: when it last went well, and what went wrong since it was last asked. */
export interface Work {
  readonly name: string
  /** On the clock of performance.now(). */
  lastGoodAt: number
  good: number
  problems: string[]
}

const pauseMs = 200
/** As the pages' EventSource is told to. */
const streamAgainMs = 3000
const socketAgainMs = 1000
const patienceMs = 15_000
/** The site's stream says at least this often that it is there. */
const beatMs = 5000
/** How often clients of graphql-ws ask for a sign of life, and how long they wait for it. */
const pingMs = 2000

const query = `{ region(code: IN) { movies(first: 3) { nodes { title directors { name } viewer { rating } } } } genres { name }
  us: region(code: US) { movies(first: 2) { nodes { title } } } gb: region(code: GB) { movies(first: 2) { nodes { title } } }
  popular(region: IN, first: 2) { nodes { movie { title } } } viewer { ratings(first: 1) { totalCount } } }`
const rate = `mutation ($id: ID!, $stars: Float!, $key: String!) {
  rateMovie(input: { movieId: $id, stars: $stars, idempotencyKey: $key }) { rating { stars } errors { message } } }`

/** Clients of every kind that go on whatever happens, as browsers and apps do. */
export class LiveWork implements AsyncDisposable {
  readonly all: Work[] = []
  readonly #platform: LinkedPlatform
  readonly #stopped = new AbortController()
  readonly #clients: Array<Promise<void>> = []

  constructor(platform: LinkedPlatform) {
    this.#platform = platform
  }

  async begin(): Promise<void> {
    const { site, ca, url, supergraphUrl, webUrl } = this.#platform
    const edge = { sendTls: (sent: Parameters<typeof send>[1]) => send(site, sent, ca) }
    const token = await serviceToken(edge, 'viewer:read viewer:write', 'somebody')
    const asked = async (text: string, variables = {}): Promise<string | undefined> => {
      const body = JSON.stringify({ query: text, variables })
      const got = await send(url, { method: 'POST', path: '/graphql', headers: [json, bearer(token)], body })
      return got.status === 200 && got.json().errors === undefined ? undefined : `${got.status} ${got.text}`
    }
    const ids = await this.#firstTitles(token)
    this.#repeat('query', () => asked(query))
    this.#repeat('rating', (count) =>
      asked(rate, { id: ids[count % ids.length], stars: 1 + (count % 9) / 2, key: randomUUID() }),
    )
    const key: Header = ['apikey', secretOf('partner')]
    this.#repeat('REST', async (count) => {
      const path = ['/in/movies?first=3', '/us/movies?first=3', '/gb/movies?first=3'][count % 3] ?? ''
      const got = await send(url, { path, headers: [key] })
      return got.status === 200 ? undefined : `${got.status} ${got.text}`
    })
    const guest = createScriptlessVisitor(site, ca)
    this.#repeat('page', async () => problemOf(await guest.open('/in')))
    const visitor = createScriptlessVisitor(site, ca)
    await signIn(visitor, demoAccounts[0]?.email ?? '', demoPassword)
    const form = formsOf((await visitor.open(`/title/${ids[0]}`)).text).find(({ action }) => action === '/site/do/rate')
    this.#repeat('signed-in page', async () => problemOf(await visitor.open('/profile')))
    this.#repeat('form', async (count) => {
      const fields = { ...form?.hidden, movie: ids[0] ?? '', stars: String(1 + (count % 5)), key: randomUUID() }
      const { status, headers } = await visitor.post('/site/do/rate', fields)
      return status === 303 && headers.location === form?.hidden.return ? undefined : `${status} ${headers.location}`
    })
    this.#writeChanges()
    this.#stream('live stream', (work, signal) => listenToSite(work, site, ca, signal), streamAgainMs)
    // One that another edge brought stays open while this edge is away.
    this.#stream('live stream of web', (work, signal) => listenToSite(work, webUrl, ca, signal), streamAgainMs)
    const socketAt =
      (origin: string, path: string, headers: Record<string, string>) => (work: Work, signal: AbortSignal) =>
        listenToSocket(work, `${origin.replace('http', 'ws')}${path}`, headers, signal)
    const authorization = { authorization: `Bearer ${token}` }
    this.#stream('subscription at the edge', socketAt(url, '/subscriptions', authorization), socketAgainMs)
    this.#stream('subscription at the supergraph', socketAt(supergraphUrl, '/graphql', {}), socketAgainMs)
  }

  /** Another kind of work, which answers what went wrong. */
  repeat(name: string, work: (count: number) => Promise<string | undefined>): void {
    this.#repeat(name, work)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort()
    await Promise.all(this.#clients)
  }

  async #firstTitles(token: string): Promise<string[]> {
    const body = JSON.stringify({ query: '{ region(code: US) { movies(first: 40) { nodes { id } } } }' })
    const got = await send(this.#platform.url, {
      method: 'POST',
      path: '/graphql',
      headers: [json, bearer(token)],
      body,
    })
    // `as`: what the query selects.
    const { data } = got.json() as { data: { region: { movies: { nodes: Array<{ id: string }> } } } }
    return data.region.movies.nodes.map(({ id }) => id)
  }

  #work(name: string): Work {
    const work: Work = { name, lastGoodAt: 0, good: 0, problems: [] }
    this.all.push(work)
    return work
  }

  #repeat(name: string, run: (count: number) => Promise<string | undefined>): void {
    const work = this.#work(name)
    this.#keepOn(async (count) => {
      const began = performance.now()
      const late = wait(patienceMs, `nothing in ${patienceMs} ms`, { ref: false })
      const problem = await Promise.race([run(count), late]).catch(String)
      if (problem === undefined) note(work, began)
      else work.problems.push(problem.slice(0, 200))
      await wait(pauseMs)
    })
  }

  #stream(name: string, listen: (work: Work, signal: AbortSignal) => Promise<void>, againMs: number): void {
    const work = this.#work(name)
    const { signal } = this.#stopped
    this.#keepOn(async () => {
      await listen(work, signal).catch((error: unknown) => work.problems.push(String(error).slice(0, 200)))
      await wait(againMs, undefined, { signal }).catch(() => {})
    })
  }

  #keepOn(work: (count: number) => Promise<void>): void {
    const run = async (): Promise<void> => {
      for (let count = 0; !this.#stopped.signal.aborted; count += 1) await work(count)
    }
    this.#clients.push(run())
  }

  /** A title becomes available in India again and again, while the database is there to be told. */
  #writeChanges(): void {
    const { db } = this.#platform
    this.#keepOn(async () => {
      const from = toSqlTime(new Date())
      const change = { titleId: 1, regionCode: 'IN', kind: 'ADDED', offerType: 'FREE', from, until: null } as const
      await db.transaction((trx) => recordChanges(trx, [change], from)).catch(() => {})
      await wait(250)
    })
  }
}

/** Settles when the stream of events has ended. */
async function listenToSite(work: Work, site: string, ca: string, signal: AbortSignal): Promise<void> {
  const options = { agent: false, signal, timeout: 2 * beatMs + 1000 } as const
  const path = '/site/live?region=IN'
  const asked = site.startsWith('https:')
    ? httpsRequest(site + path, { ...options, ca })
    : httpRequest(site + path, options)
  asked.once('timeout', () => asked.destroy(new Error('nothing for two beats')))
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage] // what 'response' emits
  if (answer.statusCode !== 200) {
    answer.resume()
    throw new Error(`status ${answer.statusCode}`)
  }
  for await (const text of answer.setEncoding('utf8') as AsyncIterable<string>)
    if (text.includes('event: available')) note(work, performance.now())
}

function note(work: Work, at: number): void {
  work.lastGoodAt = at
  work.good += 1
}

function problemOf({ status, text }: { readonly status: number; readonly text: string }): string | undefined {
  const isWhole = status === 200 && !/class="[^"]*notice-bad/.test(text)
  return isWhole ? undefined : `${status} ${text.slice(Math.max(0, text.indexOf('<main')))}`
}

const subscription = 'subscription { availabilityChanged(region: IN) { id movie { title } } }'

/** Settles when the subscription or its connection has ended. */
async function listenToSocket(
  work: Work,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const socket = new WebSocket(url, { protocols: 'graphql-transport-ws', headers })
  const ended = Promise.withResolvers<void>()
  let isThere = true
  const asking = setInterval(() => {
    if (!isThere) end('no pong')
    isThere = false
    if (socket.readyState === WebSocket.OPEN) socket.send('{"type":"ping"}')
  }, pingMs)
  const end = (why: string): void => {
    if (!signal.aborted) work.problems.push(why)
    ended.resolve()
  }
  signal.addEventListener('abort', () => socket.close(), { once: true })
  socket.addEventListener('open', () => socket.send('{"type":"connection_init"}'))
  socket.addEventListener('message', ({ data }) => {
    const { type, payload } = JSON.parse(String(data))
    if (type === 'connection_ack')
      socket.send(JSON.stringify({ id: 's', type: 'subscribe', payload: { query: subscription } }))
    else if (type === 'ping') socket.send('{"type":"pong"}')
    else if (type === 'pong') isThere = true
    else if (type === 'next' && payload.errors === undefined) note(work, performance.now())
    else if (type !== 'next') end(`${type} ${JSON.stringify(payload)}`.slice(0, 200))
  })
  socket.addEventListener('error', () => end('no WebSocket'))
  socket.addEventListener('close', ({ code, reason }) => end(`closed with ${code} ${reason}`))
  await ended.promise
  clearInterval(asking)
  socket.close()
}
