import type { FastifyInstance } from 'fastify'
import { EventStream } from '@movieverse/service/event-stream.ts'
import { PublicError } from '@movieverse/service/errors.ts'
import { registerSubgraph, type SubscribeResolver } from '@movieverse/service/graphql.ts'
import { buildServer } from '@movieverse/service/server.ts'
import { buildSupergraph } from '../app.ts'
import { composeSupergraph } from '../composition/compose-supergraph.ts'
import { readSupergraphConfig, type SupergraphConfig } from '../config.ts'
import { startHttpSubgraph, type HttpSubgraph } from '../fixtures/http-subgraph.ts'
import { createLocalSubgraph } from '../fixtures/local-subgraph.ts'

const tickerSdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated"])
  type Query { ticks: Int }
  type Subscription {
    filmChanged(kind: String): Change
    secretChanged: Change @authenticated
  }
  type Change { kind: String! film: Film! }
  type Film @key(fields: "id") { id: ID! }
`

const filmsSdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated"])
  type Query { films: [Film!] }
  type Film @key(fields: "id") { id: ID! title: String director: String notes: String @authenticated }
`

/** A supergraph over a subgraph that owns subscriptions and one that owns the films that they are about. */
export interface SubscribedSupergraph extends AsyncDisposable {
  readonly app: FastifyInstance
  /** The subgraph of the subscriptions. */
  readonly ticker: FastifyInstance
  readonly films: HttpSubgraph
  /** Resolves when the ticker has this many subscribers. */
  readonly subscribers: (count: number) => Promise<void>
  readonly publish: (kind: string, filmId: string) => void
}

export async function startSubscribedSupergraph(
  changes: Readonly<Record<string, string>> = {},
): Promise<SubscribedSupergraph> {
  const env = { LOG_LEVEL: 'silent', NODE_ENV: 'test', PORT: '0', ...changes }
  const audience = new Audience()
  const ticker = await startTicker(readSupergraphConfig(env), audience)
  const films = await startHttpSubgraph(
    createLocalSubgraph('films', filmsSdl, {
      Film: { __resolveReference: ({ id }) => ({ id, title: `Film ${String(id)}`, director: 'Asha', notes: 'draft' }) },
    }),
  )
  const urls = { ticker: `${ticker.listeningOrigin}/graphql`, films: films.url }
  const app = await buildSupergraph(
    readSupergraphConfig({ ...env, SUBGRAPH_URLS: JSON.stringify(urls) }),
    composeSupergraph([
      { name: 'ticker', sdl: tickerSdl, url: urls.ticker },
      { name: 'films', sdl: filmsSdl, url: urls.films },
    ]),
  )
  await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    app,
    ticker,
    films,
    subscribers: async (count) => audience.hasSize(count),
    publish: (kind, filmId) => audience.tell(kind, filmId),
    async [Symbol.asyncDispose]() {
      await app.close()
      await ticker.close()
      await films[Symbol.asyncDispose]()
    },
  }
}

async function startTicker(config: SupergraphConfig, audience: Audience): Promise<FastifyInstance> {
  const ticker = await buildServer({ name: 'ticker', config })
  const listen: SubscribeResolver = (_root, { kind }) => {
    if (kind === 'none') throw new PublicError('BAD_USER_INPUT', 'kind is not known', { field: 'kind' })
    return audience.join(typeof kind === 'string' ? kind : null)
  }
  await registerSubgraph(ticker, {
    schema: tickerSdl,
    resolvers: {},
    config,
    context: () => ({}),
    subscriptions: { filmChanged: listen, secretChanged: listen },
  })
  await ticker.listen({ host: '127.0.0.1', port: 0 })
  return ticker
}

/** Who listens to the ticker, and to which kind of change. */
class Audience {
  readonly #streams = new Map<EventStream<object>, string | null>()
  readonly #waiting = new Set<() => void>()

  join(kind: string | null): EventStream<object> {
    const events = new EventStream<object>(() => {
      this.#streams.delete(events)
      this.#changed()
    })
    this.#streams.set(events, kind)
    this.#changed()
    return events
  }

  async hasSize(count: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.#streams.size !== count) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }

  tell(kind: string, id: string): void {
    const change = { kind, film: { id } }
    for (const [events, wanted] of this.#streams) {
      if (wanted === null || wanted === kind) events.push({ filmChanged: change, secretChanged: change })
    }
  }

  #changed(): void {
    for (const look of this.#waiting) look()
  }
}
