import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { bearer, json } from '../edge/support/asking.ts'
import type { EdgeFleet } from './edge-fleet.ts'
import type { ScriptlessVisitor } from './scriptless-visitor.ts'

/** A GraphQL answer through the edge. */
export interface EdgeAnswer {
  readonly status: number
  readonly text: string
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: unknown
}

/** Asks the supergraph through the edges. */
export async function askEdge(fleet: EdgeFleet, token: string, query: string, variables = {}): Promise<EdgeAnswer> {
  const body = JSON.stringify({ query, variables })
  const got = await fleet.send({ method: 'POST', path: '/graphql', headers: [json, bearer(token)], body })
  return { status: got.status, text: got.text, ...got.json() }
}

const rate = `mutation ($id: ID!, $stars: Float!, $key: String!) {
  rateMovie(input: { movieId: $id, stars: $stars, idempotencyKey: $key }) { rating { stars } errors { message } } }`

const pauseMs = 60

type Fields = Readonly<Record<string, string>>

const starsOf = (count: number): number => (1 + (count % 10)) / 2

/** Clients that ask one after the other until they are told to stop, and what went wrong. */
export class EdgeLoad {
  readonly failures: string[] = []
  readonly counts = { read: 0, write: 0, page: 0, form: 0 }
  readonly #fleet: EdgeFleet
  readonly #clients: Array<Promise<void>> = []
  #isStopped = false

  constructor(fleet: EdgeFleet) {
    this.#fleet = fleet
  }

  /** Asks a query again and again. */
  addReader(token: string, query: string): void {
    this.#add('read', async () => {
      const { status, errors, text } = await askEdge(this.#fleet, token, query)
      return status === 200 && errors === undefined ? undefined : `${status} ${text}`
    })
  }

  /** Rates titles in turn; answers the stars that were last confirmed, by title. */
  addWriter(token: string, ids: readonly string[]): ReadonlyMap<string, number> {
    const written = new Map<string, number>()
    this.#add('write', async (count) => {
      const [id = '', stars] = [ids[count % ids.length], starsOf(count)]
      const { status, data, text } = await askEdge(this.#fleet, token, rate, { id, stars, key: randomUUID() })
      const expected = { rateMovie: { rating: { stars }, errors: [] } }
      if (status !== 200 || JSON.stringify(data) !== JSON.stringify(expected)) return `${status} ${text}`
      written.set(id, stars)
      return undefined
    })
    return written
  }

  /** Opens a page that must show a text, whole. */
  addPageReader(visitor: ScriptlessVisitor, path: string, shown: string): void {
    this.#add('page', async () => {
      const { status, text } = await visitor.open(path)
      // Its style names the notice too.
      const isWhole = status === 200 && text.includes(shown) && !/class="[^"]*notice-bad/.test(text)
      return isWhole ? undefined : `${status} ${text.slice(Math.max(0, text.indexOf('<main')))}`
    })
  }

  /** Rates titles in turn with a form of the website; answers the stars that were last confirmed, by title. */
  addFormWriter(visitor: ScriptlessVisitor, form: Fields, ids: readonly string[]): ReadonlyMap<string, number> {
    const written = new Map<string, number>()
    this.#add('form', async (count) => {
      const [id = '', stars] = [ids[count % ids.length], starsOf(count)]
      const fields = { ...form, movie: id, stars: String(stars), key: randomUUID() }
      const { status, headers, text } = await visitor.post('/site/do/rate', fields)
      if (status !== 303 || headers.location !== form.return) return `${status} ${headers.location} ${text}`
      written.set(id, stars)
      return undefined
    })
    return written
  }

  /** Lets every client finish what it is doing. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all(this.#clients)
  }

  /** `work` answers what went wrong, or undefined. */
  #add(what: keyof EdgeLoad['counts'], work: (count: number) => Promise<string | undefined>): void {
    const run = async (): Promise<void> => {
      for (let count = 0; !this.#isStopped; count += 1) {
        const problem = await work(count).catch(String)
        this.counts[what] += 1
        if (problem !== undefined) this.failures.push(`${new Date().toISOString()} ${what}: ${problem.slice(0, 400)}`)
        await wait(pauseMs)
      }
    }
    this.#clients.push(run())
  }
}
