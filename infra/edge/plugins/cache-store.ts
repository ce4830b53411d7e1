import type { AnswerHeaders } from '../exchange.ts'

/** An answer as it was sent. */
export interface CachedAnswer {
  readonly status: number
  readonly headers: AnswerHeaders
  readonly body: Buffer
  /** Milliseconds since 1970. */
  readonly storedAt: number
  readonly lifetimeMs: number
}

/** Answers by key, in memory; where they take too much room the one that was not used for longest goes. */
export interface CacheStore {
  get(key: string): CachedAnswer | undefined
  /** Keeps an answer for so many seconds. */
  put(key: string, answer: CachedAnswer, seconds: number): void
}

interface Entry {
  readonly answer: CachedAnswer
  readonly until: number
  readonly bytes: number
}

const mostBytes = 64 * 1024 * 1024
/** What an entry takes beside its body, roughly. */
const entryBytes = 2048

/** An empty store. */
export function createCacheStore(now: () => number): CacheStore {
  const entries = new Map<string, Entry>()
  let bytes = 0
  const drop = (key: string): void => {
    bytes -= entries.get(key)?.bytes ?? 0
    entries.delete(key)
  }
  return {
    get(key) {
      const entry = entries.get(key)
      if (!entry) return undefined
      entries.delete(key)
      if (entry.until <= now()) {
        bytes -= entry.bytes
        return undefined
      }
      entries.set(key, entry)
      return entry.answer
    },
    put(key, answer, seconds) {
      drop(key)
      const entry = { answer, until: now() + seconds * 1000, bytes: entryBytes + answer.body.length }
      entries.set(key, entry)
      bytes += entry.bytes
      for (const oldest of entries.keys()) {
        if (bytes <= mostBytes) break
        drop(oldest)
      }
    },
  }
}
