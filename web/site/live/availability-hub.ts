import { createSubscriptionClient } from '@movieverse/service/subscription-client.ts'
import type { Client } from 'graphql-ws'
import type { EdgeConnections } from '../../http/edge-connections.ts'
import { AvailabilityChangedDocument, type AvailabilityChangedSubscription } from '../api/generated/operations.ts'
import type { SiteTokens } from '../session/site-tokens.ts'

/** A title that a region may show from now on. */
export interface LiveTitle {
  readonly id: string
  readonly region: string
  readonly movieId: string
  readonly title: string
}

/** How long after the end of a subscription the next one begins, in milliseconds. */
const againMs = 2000

/** How long the edge may take to open a connection, and to say that it is still there. */
const timeoutMs = 3000

type Listener = (title: LiveTitle) => void

/** What the edge tells of regions: one subscription for each that somebody looks at, however many they are. */
export interface AvailabilityHub {
  /** Calls the listener with each title that becomes available in a region, until the returned function is called. */
  listen(region: string, listener: Listener): () => void
  close(): Promise<void>
}

export interface AvailabilityHubOptions {
  readonly connections: EdgeConnections
  readonly edgeUrl: string
  readonly tokens: Pick<SiteTokens, 'ofSite' | 'forgetSite'>
}

export function createAvailabilityHub(options: AvailabilityHubOptions): AvailabilityHub {
  const subscriptions = createEdgeSubscriptions(options)
  const regions = new Map<string, { readonly listeners: Set<Listener>; readonly end: () => void }>()
  const begin = (region: string): { listeners: Set<Listener>; end: () => void } => {
    const listeners = new Set<Listener>()
    const end = subscribe(subscriptions, region, (change) => {
      if (change.kind !== 'ADDED') return
      const { id, movie } = change
      for (const listener of listeners) listener({ id, region: change.region, movieId: movie.id, title: movie.title })
    })
    return { listeners, end }
  }
  return {
    listen(region, listener) {
      const known = regions.get(region) ?? begin(region)
      regions.set(region, known)
      known.listeners.add(listener)
      return () => {
        known.listeners.delete(listener)
        if (known.listeners.size > 0 || regions.get(region) !== known) return
        regions.delete(region)
        known.end()
      }
    },
    async close() {
      for (const { end } of regions.values()) end()
      await subscriptions.client.dispose()
    },
  }
}

type Change = NonNullable<AvailabilityChangedSubscription['availabilityChanged']>

/** Begins anew whenever the subscription ends or cannot begin, since only a visitor who leaves ends it for good. */
function subscribe(subscriptions: EdgeSubscriptions, region: string, onChange: (change: Change) => void): () => void {
  let isEnded = false
  let stop: (() => void) | undefined
  const again = (): void => {
    if (!isEnded) setTimeout(begin, againMs).unref()
  }
  const begin = (): void => {
    subscriptions.prepare().then(ask, again)
  }
  const ask = (): void => {
    if (isEnded) return
    const { name, text } = AvailabilityChangedDocument
    stop = subscriptions.client.subscribe<AvailabilityChangedSubscription>(
      { operationName: name, query: text, variables: { region } },
      {
        next: ({ data }) => {
          if (data?.availabilityChanged) onChange(data.availabilityChanged)
        },
        error: again,
        complete: again,
      },
    )
  }
  begin()
  return () => {
    isEnded = true
    stop?.()
  }
}

interface EdgeSubscriptions {
  readonly client: Client
  /** Gets what the next connection needs. Rejects while the edge does not answer. */
  prepare(): Promise<void>
}

/** The edge takes the token from a header alone, so that it stands in no URL and in no log. */
function createEdgeSubscriptions({ connections, edgeUrl, tokens }: AvailabilityHubOptions): EdgeSubscriptions {
  let known: { readonly ca: string | null; readonly token: string } | undefined
  const url = new URL('/subscriptions', edgeUrl.replace(/^http/, 'ws')).href
  const client = createSubscriptionClient({
    url: () => url,
    start: () => ({ headers: { authorization: `Bearer ${known?.token}` }, ...(known?.ca && { ca: known.ca }) }),
    timeoutMs,
    onClosed: () => {
      // It may have been refused for its token.
      if (known) tokens.forgetSite(known.token)
    },
  })
  return {
    client,
    async prepare() {
      known = { ca: await connections.trusted(), token: await tokens.ofSite() }
    },
  }
}
