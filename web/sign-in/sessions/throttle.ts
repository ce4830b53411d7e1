import type { FastifyReply } from 'fastify'
import { keyedHash } from '../../http/tokens.ts'
import type { AttemptCounts, AttemptKeys, AttemptsRepository } from './attempts.repository.ts'

const minuteMs = 60_000

/** Attempts on one account from one network, within a quarter of an hour. */
const pairWindowMs = 15 * minuteMs
/** Attempts on one account from anywhere, and from one network on any account, within an hour. */
const windowMs = 60 * minuteMs

/** How many attempts are let through in those times; the next one waits. */
export interface AttemptLimits {
  readonly pair: number
  readonly account: number
  readonly address: number
}

/** One network alone cannot lock somebody out elsewhere: it is stopped at 20 an hour, the account at 30. */
export const signInLimits: AttemptLimits = { pair: 5, account: 30, address: 100 }

/** Whoever signs up from one network shares this. */
export const signUpLimits: AttemptLimits = { pair: 10, account: 20, address: 20 }

/** Whether an attempt may go on, or after how many seconds one may. */
export type Admission = { readonly isAdmitted: true; readonly succeed: () => Promise<void> } | Refusal

export interface Refusal {
  readonly isAdmitted: false
  readonly retryAfterSeconds: number
}

export interface Attempt {
  /** Whom it is about: the address that was typed, whether it has an account or not. */
  readonly account: string
  readonly network: string
}

/**
 * Bounds guessing. An attempt counts from its beginning, so that many at once are no more than their number; it stops
 * counting when it succeeds. What is refused does not count, and so cannot prolong the wait.
 */
export interface Throttle {
  admit(attempt: Attempt, limits: AttemptLimits): Promise<Admission>
  /** Deletes what no longer counts; answers how many attempts that were. */
  purge(): Promise<number>
}

export function createThrottle(repository: AttemptsRepository, secret: string, now: () => Date): Throttle {
  const keysOf = ({ account, network }: Attempt): AttemptKeys => ({
    account: keyedHash(secret, 'attempt-account', account),
    address: keyedHash(secret, 'attempt-network', network),
  })
  return {
    async admit(attempt, limits) {
      const keys = keysOf(attempt)
      const time = now()
      const id = await repository.insert(keys, time)
      const counts = await repository.count(id, keys, {
        pairSince: new Date(time.getTime() - pairWindowMs),
        since: new Date(time.getTime() - windowMs),
      })
      const waitMs = waitOf(counts, limits)
      if (waitMs === 0) return { isAdmitted: true, succeed: () => repository.deletePair(keys) }
      await repository.delete(id)
      return { isAdmitted: false, retryAfterSeconds: waitMs / 1000 }
    },

    async purge(): Promise<number> {
      return repository.deleteBefore(new Date(now().getTime() - windowMs))
    },
  }
}

/** Tells the client in a header how long to wait, and answers the minutes for the page. */
export function waitMinutes(reply: FastifyReply, { retryAfterSeconds }: Refusal): number {
  reply.header('retry-after', retryAfterSeconds)
  return Math.ceil(retryAfterSeconds / 60)
}

function waitOf(counts: AttemptCounts, limits: AttemptLimits): number {
  if (counts.account > limits.account || counts.address > limits.address) return windowMs
  return counts.pair > limits.pair ? pairWindowMs : 0
}
