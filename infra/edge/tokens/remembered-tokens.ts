import { setWithin } from '../bounded-map.ts'
import type { AccessToken } from './token-rows.ts'

const mostTokens = 10_000
/** How long a token that another process has taken back may still pass here. */
const momentMs = 5000

/** Access tokens by hash, each for a moment after it was read. */
export class RememberedTokens {
  readonly #tokens = new Map<string, { readonly token: AccessToken; readonly until: number }>()
  #generation = 0

  /** Rises with every token that is forgotten: what was read before may be of the past. */
  get generation(): number {
    return this.#generation
  }

  /** Undefined where it has to be read. */
  get(hash: string, now: number): AccessToken | undefined {
    const found = this.#tokens.get(hash)
    if (found && found.until > now) return found.token
    this.#tokens.delete(hash)
    return undefined
  }

  /** Remembers what a read that began at that generation has found. */
  put(hash: string, token: AccessToken, now: number, generation: number): void {
    if (generation === this.#generation) setWithin(this.#tokens, mostTokens, hash, { token, until: now + momentMs })
  }

  forget(hash: string): void {
    this.#generation++
    this.#tokens.delete(hash)
  }
}
