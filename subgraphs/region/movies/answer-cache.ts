/** How long an answer is served again, in milliseconds, and how many are kept. */
export interface AnswerCacheLimits {
  readonly lifetimeMs: number
  readonly capacity: number
}

/** Answers by key: the one at hand, else the one that `make` makes, which everybody who asks meanwhile shares. */
export type AnswerCache<Answer> = (key: string, make: () => Promise<Answer>) => Promise<Answer>

/**
 * Keeps answers for a short time, the latest ones first to stay. A failure is told to those who wait for it and not
 * kept. `now` counts milliseconds.
 */
export function createAnswerCache<Answer>(
  { lifetimeMs, capacity }: AnswerCacheLimits,
  now: () => number = () => performance.now(),
): AnswerCache<Answer> {
  const kept = new Map<string, { readonly until: number; readonly answer: Promise<Answer> }>()
  return (key, make) => {
    const known = kept.get(key)
    if (known && known.until > now()) return known.answer
    const answer = make()
    kept.delete(key)
    kept.set(key, { until: now() + lifetimeMs, answer })
    const [oldest] = kept.keys()
    if (kept.size > capacity && oldest !== undefined) kept.delete(oldest)
    answer.catch(() => {
      if (kept.get(key)?.answer === answer) kept.delete(key)
    })
    return answer
  }
}
