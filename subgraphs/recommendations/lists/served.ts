import type { RecommendationsContext } from '../context.ts'
import type { Strategy } from '../ranking/recommender.ts'

/** Counts titles that are handed out. */
export function countServed(
  { metrics }: Pick<RecommendationsContext, 'metrics'>,
  list: 'recommendations' | 'home' | 'similar' | 'popular' | 'trending',
  regionCode: string,
  strategy: Strategy,
  count: number,
): void {
  metrics.served.inc({ list, strategy, region: regionCode }, count)
}
