/** How many requests a visitor may send: so many at once, and so many a second after that. */
export interface VisitorLimit {
  readonly burst: number
  readonly perSecond: number
}

/** A person who leafs through pages quickly stays far below; a program that walks them does not. */
export const visitorLimit: VisitorLimit = { burst: 150, perSecond: 10 }

/** Visitors that are remembered at most: the one that was quiet longest is forgotten first. */
const maxVisitors = 50_000

/**
 * A token bucket for each visitor. The edge counts the whole website as one consumer, so it cannot tell its visitors
 * apart. Answers the seconds to wait, or 0.
 */
export function createVisitorLimit({ burst, perSecond }: VisitorLimit, now: () => number): (visitor: string) => number {
  const buckets = new Map<string, { level: number; at: number }>()
  return (visitor) => {
    const time = now()
    const { level, at } = buckets.get(visitor) ?? { level: burst, at: time }
    const filled = Math.min(burst, level + ((time - at) / 1000) * perSecond)
    buckets.delete(visitor)
    const isFree = filled >= 1
    buckets.set(visitor, { level: isFree ? filled - 1 : filled, at: time })
    const oldest = buckets.size > maxVisitors ? buckets.keys().next().value : undefined
    if (oldest !== undefined) buckets.delete(oldest)
    return isFree ? 0 : Math.ceil((1 - filled) / perSecond)
  }
}
