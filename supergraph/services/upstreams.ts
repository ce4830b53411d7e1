/** The places at which one service answers, and which of them are worth asking. */
export interface Upstreams<Target> {
  /** All of them in the order in which a call tries them: live ones in turn, then those that are being skipped. */
  order(): readonly Target[]
  /** Skips it for a while. */
  failed(target: Target): void
  answered(target: Target): void
}

/** How long a place that failed is skipped, in milliseconds; then one call tries it. */
export const skipMs = 2000

export function createUpstreams<Target>(targets: readonly Target[]): Upstreams<Target> {
  const skippedUntil = new Map<Target, number>()
  let turn = 0
  const untilOf = (target: Target): number => skippedUntil.get(target) ?? 0
  return {
    order() {
      if (targets.length === 1) return targets
      const now = performance.now()
      const start = turn++ % targets.length
      const rotated = [...targets.slice(start), ...targets.slice(0, start)]
      const live = rotated.filter((target) => untilOf(target) <= now)
      const skipped = rotated.filter((target) => untilOf(target) > now)
      const [first] = live
      // This call is the one that tries it again; the others wait for what comes of it.
      if (first !== undefined && skippedUntil.has(first)) skippedUntil.set(first, now + skipMs)
      return [...live, ...skipped.toSorted((one, other) => untilOf(one) - untilOf(other))]
    },
    failed: (target) => void skippedUntil.set(target, performance.now() + skipMs),
    answered: (target) => void skippedUntil.delete(target),
  }
}
