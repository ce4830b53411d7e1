import type { Counter, Meters } from '@movieverse/service/metrics.ts'
import type { KnowledgeStore } from './knowledge/knowledge-store.ts'

/** What this service hands out. */
export interface RecommendationsMetrics {
  readonly served: Counter<'list' | 'strategy' | 'region'>
  readonly brokenModels: Counter<never>
}

/** Makes the counters in an app's registry. */
export function createRecommendationsMetrics(meters: Meters): RecommendationsMetrics {
  return {
    served: meters.counter({
      name: 'movieverse_recommendations_served_total',
      help: 'Titles handed out, by the list, what it rests on, and the region that it is for.',
      labelNames: ['list', 'strategy', 'region'],
    }),
    brokenModels: meters.counter({
      name: 'movieverse_recommendations_broken_models_total',
      help: 'Times that a model version could not be loaded.',
      labelNames: [],
    }),
  }
}

/** Shows which model is in memory and how old it is; 0 and no age where there is none. */
export function showModel(meters: Meters, store: KnowledgeStore): void {
  meters.gauge(
    {
      name: 'movieverse_recommendations_model_version',
      help: 'The model version in memory; 0 for none.',
      labelNames: [],
    },
    () => store.loadedModel?.version.id ?? 0,
  )
  meters.gauges(
    { name: 'movieverse_recommendations_model_age_seconds', help: 'Since the model was trained.', labelNames: [] },
    () => {
      const trainedAt = store.loadedModel?.version.trainedAt
      return trainedAt ? [[{}, (Date.now() - trainedAt.getTime()) / 1000] as const] : []
    },
  )
}
