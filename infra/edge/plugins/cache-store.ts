import type { AnswerHeaders } from '../own-answer.ts'

/** An answer as it was sent. */
export interface CachedAnswer {
  readonly status: number
  readonly headers: AnswerHeaders
  readonly body: Buffer
  /** Milliseconds since 1970. */
  readonly storedAt: number
  readonly lifetimeMs: number
}

const mostBytes = 64 * 1024 * 1024
/** What an entry takes beside its body, roughly. */
const entryBytes = 2048

/** Answers by key, in memory; where they take too much room the one that was not used for longest goes. */
export class CacheStore {
  readonly #entries = new Map<string, { readonly answer: CachedAnswer; readonly until: number }>()
  readonly #now: () => number
  #bytes = 0

  constructor(now: () => number) {
    this.#now = now
  }

  get(key: string): CachedAnswer | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    if (entry.until <= this.#now()) {
      this.#drop(key)
      return undefined
    }
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.answer
  }

  /** Keeps an answer for so many seconds. */
  put(key: string, answer: CachedAnswer, seconds: number): void {
    this.#drop(key)
    this.#entries.set(key, { answer, until: this.#now() + seconds * 1000 })
    this.#bytes += entryBytes + answer.body.length
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= mostBytes) break
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key)
    if (entry) this.#bytes -= entryBytes + entry.answer.body.length
    this.#entries.delete(key)
  }
}
