import type { AnswerHeaders } from '../own-answer.ts'

/** An answer as it was sent. */
export interface CachedAnswer {
  readonly status: number
  readonly headers: AnswerHeaders
  readonly body: Buffer
  /** Seconds since 1970. */
  readonly storedAt: number
  /** In seconds. */
  readonly lifetime: number
  /** When it is to be forgotten, in milliseconds since 1970. */
  readonly until: number
}

const mostBytes = 64 * 1024 * 1024
/** What an entry takes beside its body, roughly. */
const entryBytes = 2048

/** Answers by key, in memory; where they take too much room the one that was not used for longest goes. */
export class CacheStore {
  readonly #answers = new Map<string, CachedAnswer>()
  #bytes = 0

  get(key: string, now: number): CachedAnswer | undefined {
    const answer = this.#answers.get(key)
    if (!answer) return undefined
    this.#drop(key)
    if (answer.until <= now) return undefined
    this.put(key, answer)
    return answer
  }

  put(key: string, answer: CachedAnswer): void {
    this.#drop(key)
    this.#answers.set(key, answer)
    this.#bytes += entryBytes + answer.body.length
    for (const oldest of this.#answers.keys()) {
      if (this.#bytes <= mostBytes) break
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    const answer = this.#answers.get(key)
    if (answer) this.#bytes -= entryBytes + answer.body.length
    this.#answers.delete(key)
  }
}
