import type { TierName } from './apps.ts'

/** Requests in a window of the UTC clock; a window without a number is not limited. */
export interface RateLimit {
  readonly second?: number
  readonly minute?: number
}

/** How many requests the consumer of each tier may send, and an address where nobody is known. */
export interface RateLimits extends Readonly<Record<TierName, RateLimit>> {
  readonly address: RateLimit
}

export const rateLimits: RateLimits = {
  free: { second: 50, minute: 600 },
  partner: { second: 200, minute: 6000 },
  website: { second: 1000, minute: 60_000 },
  address: { minute: 1200 },
}
