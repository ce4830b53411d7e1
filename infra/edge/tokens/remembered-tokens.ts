import type { AccessToken } from '../plugin.ts'

interface Remembered {
  readonly token: AccessToken
  readonly until: number
}

/** Access tokens by hash, each for a moment after it was read. */
export interface RememberedTokens {
  /** Undefined where it has to be read. */
  get(hash: string, now: number): AccessToken | undefined
  /** Remembers what a read that began at that generation has found. */
  put(hash: string, token: AccessToken, now: number, generation: number): void
  forget(hash: string): void
  /** Rises with every token that is forgotten: what was read before may be of the past. */
  generation(): number
}

const mostTokens = 10_000
/** How long a token that another process has taken back may still pass here. */
const momentMs = 5000

/** Above a limit the token that was remembered first is forgotten. */
export function createRememberedTokens(): RememberedTokens {
  const tokens = new Map<string, Remembered>()
  let generation = 0
  return {
    get(hash, now) {
      const found = tokens.get(hash)
      if (found && found.until > now) return found.token
      if (found) tokens.delete(hash)
      return undefined
    },
    put(hash, token, now, readAt) {
      if (readAt !== generation) return
      for (const first of tokens.size >= mostTokens ? tokens.keys() : []) {
        tokens.delete(first)
        break
      }
      tokens.set(hash, { token, until: now + momentMs })
    },
    forget(hash) {
      generation++
      tokens.delete(hash)
    },
    generation: () => generation,
  }
}
