import type { Client, FormattedExecutionResult } from 'graphql-ws'
import { EventStream } from '@movieverse/service/event-stream.ts'
import { PublicError } from '@movieverse/service/errors.ts'
import { createSubscriptionClient } from '@movieverse/service/subscription-client.ts'
import type { SubgraphAnswer } from '../planner/execute.ts'
import type { CallHeaders } from '../services/gateway-services.ts'

/** What is asked of a subgraph. */
export interface EventQuery {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** A subgraph refused a subscription, with these errors of its own. */
export class SubscriptionRefusal extends Error {
  override readonly name = 'SubscriptionRefusal'
  readonly errors: readonly unknown[]

  constructor(errors: readonly unknown[]) {
    super('the subgraph refused the subscription')
    this.errors = errors
  }
}

/** Subscriptions at subgraphs. */
export interface EventSources {
  /**
   * Events of a subgraph, each an answer. They fail with a SubscriptionRefusal, or with SUBGRAPH_UNAVAILABLE where the
   * connection cannot be had or is lost: events may have been missed then, so that it is not taken up in silence.
   */
  readonly subscribe: (subgraph: string, query: EventQuery, headers: CallHeaders) => EventStream<SubgraphAnswer>
  readonly close: () => Promise<void>
}

export interface EventSourcesOptions {
  /** HTTP URLs of subgraphs by name, as they are when a connection is made; one after the other is tried by new ones. */
  readonly urls: ReadonlyMap<string, readonly string[]>
  /** How long connecting may take, and an answer to a ping. */
  readonly timeoutMs: number
}

/** Headers that belong to one request; the others tell for whom a connection speaks. */
const ofOneRequest = new Set(['x-request-id', 'traceparent', 'tracestate'])

/** How long an unused connection is kept. */
const idleMs = 5000

/** Events that wait for a slow client at most. */
const waitingAtMost = 5000

/** One connection to each subgraph for each identity, shared by its subscriptions. */
export function createEventSources({ urls, timeoutMs }: EventSourcesOptions): EventSources {
  const clients = new Map<string, Client>()
  const clientOf = (subgraph: string, headers: CallHeaders): Client => {
    const identity = Object.entries(headers).filter(([name]) => !ofOneRequest.has(name))
    const places = urls.get(subgraph) ?? []
    const key = JSON.stringify([subgraph, places, identity.map(([name, value]) => `${name}: ${value}`).toSorted()])
    const known = clients.get(key)
    if (known) return known
    let connections = 0
    const client = createSubscriptionClient({
      url: () => (places[connections++ % places.length] ?? '').replace(/^http/, 'ws'),
      start: () => ({ headers: Object.fromEntries(identity) }),
      timeoutMs,
      idleMs,
      onClosed: () => clients.delete(key),
    })
    clients.set(key, client)
    return client
  }
  return {
    subscribe(subgraph, { query, variables }, headers) {
      let unsubscribe: (() => void) | undefined
      const events = new EventStream<SubgraphAnswer>(() => unsubscribe?.(), waitingAtMost)
      const client = clientOf(subgraph, headers)
      unsubscribe = client.subscribe(
        { query, variables: { ...variables } },
        {
          next: ({ data, errors = [] }: FormattedExecutionResult) => events.push({ data, errors }),
          error: (problem) => events.fail(failureOf(subgraph, problem)),
          complete: () => events.end(),
        },
      )
      return events
    },
    async close() {
      await Promise.all([...clients.values()].map(async (client) => client.dispose()))
    },
  }
}

function failureOf(service: string, problem: unknown): Error {
  if (Array.isArray(problem)) return new SubscriptionRefusal(problem)
  return new PublicError('SUBGRAPH_UNAVAILABLE', `${service} cannot be reached`, { service }, { cause: problem })
}
