import type { Counter, Meters } from '@movieverse/service/metrics.ts'

/** What became of a change: done, refused for its content, or answered as the first time its key came. */
export type ChangeOutcome = 'ok' | 'refused' | 'replayed'

/** What viewers do here. */
export interface ViewersMetrics {
  readonly ratings: Counter<'operation' | 'outcome'>
  readonly watchlist: Counter<'operation' | 'outcome'>
  readonly history: Counter<'operation' | 'outcome'>
  readonly hidden: Counter<'operation' | 'outcome'>
  readonly profiles: Counter<'operation' | 'outcome'>
  readonly created: Counter<never>
  readonly exported: Counter<never>
  readonly erased: Counter<never>
}

/** Makes the counters in an app's registry. */
export function createViewersMetrics(meters: Meters): ViewersMetrics {
  const changes = (name: `movieverse_viewers_${string}`, what: string): Counter<'operation' | 'outcome'> =>
    meters.counter({
      name,
      help: `Changes of ${what} by mutation, and whether they were done, refused or repeated.`,
      labelNames: ['operation', 'outcome'],
    })
  const events = (name: `movieverse_viewers_${string}`, help: string): Counter<never> =>
    meters.counter({ name, help, labelNames: [] })
  return {
    ratings: changes('movieverse_viewers_ratings_total', 'ratings'),
    watchlist: changes('movieverse_viewers_watchlist_changes_total', 'watchlists'),
    history: changes('movieverse_viewers_history_changes_total', 'histories'),
    hidden: changes('movieverse_viewers_hidden_changes_total', 'hidden titles'),
    profiles: changes('movieverse_viewers_profile_changes_total', 'profiles'),
    created: events('movieverse_viewers_created_total', 'Viewers who were seen for the first time.'),
    exported: events('movieverse_viewers_exported_total', 'Exports of everything about a viewer.'),
    erased: events('movieverse_viewers_erased_total', 'Viewers who were erased.'),
  }
}
