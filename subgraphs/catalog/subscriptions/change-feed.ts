import { setTimeout as wait } from 'node:timers/promises'
import { EventStream } from '@movieverse/service/event-stream.ts'
import type { AvailabilityRepository } from '@movieverse/titles/availability/availability.repository.ts'
import type { AvailabilityChangeRow } from '@movieverse/titles/rows.ts'
import { ChangeLog } from './change-log.ts'

/** Tells subscribers what changes in the log, whichever process writes it. */
export interface ChangeFeed {
  /** Changes of one region, or of all for null, from the moment on at which the promise resolves. */
  subscribe(regionCode: string | null): Promise<EventStream<AvailabilityChangeRow>>
  /** Ends every subscription. */
  close(): void
}

export interface ChangeFeedOptions {
  readonly source: Pick<AvailabilityRepository, 'listChangesAfter' | 'findLatestChangeId'>
  /** How often the log is read, while anybody listens. */
  readonly everyMs?: number
  readonly onError: (error: unknown) => void
}

/** An import may change thousands of availabilities in one transaction. */
const waitingAtMost = 10_000

/** One reader of the log for all subscribers of this process; it reads while there are any. */
export function createChangeFeed({ source, everyMs = 1000, onError }: ChangeFeedOptions): ChangeFeed {
  const listeners = new Map<EventStream<AvailabilityChangeRow>, string | null>()
  let reading: { readonly begun: Promise<void>; readonly stop: AbortController } | null = null

  const tell = (changes: readonly AvailabilityChangeRow[]): void => {
    for (const change of changes) {
      for (const [stream, region] of listeners) {
        if (region === null || region === change.regionCode) stream.push(change)
      }
    }
  }
  const read = async (log: ChangeLog, { signal }: AbortController): Promise<void> => {
    while (!signal.aborted) {
      await wait(everyMs, undefined, { signal, ref: false }).catch(() => {})
      if (signal.aborted) return
      // A database that is away for a while delays what is told, and loses nothing.
      await log.readNew(Date.now()).then(tell, onError)
    }
  }
  const begin = (): NonNullable<typeof reading> => {
    const log = new ChangeLog(source)
    const stop = new AbortController()
    const begun = log.begin(Date.now())
    const own = { begun, stop }
    begun.then(
      () => void read(log, stop),
      () => {
        if (reading === own) reading = null
      },
    )
    return own
  }
  return {
    async subscribe(regionCode) {
      const stream = new EventStream<AvailabilityChangeRow>(() => {
        listeners.delete(stream)
        if (listeners.size > 0) return
        reading?.stop.abort()
        reading = null
      }, waitingAtMost)
      listeners.set(stream, regionCode)
      reading ??= begin()
      try {
        await reading.begun
      } catch (error) {
        stream.end()
        throw error
      }
      return stream
    },
    close() {
      for (const stream of listeners.keys()) stream.end()
    },
  }
}
