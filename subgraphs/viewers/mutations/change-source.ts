import type { ChangeResult } from '@movieverse/viewers/change-runner.ts'
import type { Tombstone } from '@movieverse/viewers/erasure.repository.ts'
import type { HiddenRow, HistoryRow, RatingRow, WatchlistRow } from '@movieverse/viewers/rows.ts'
import type { Removed } from '@movieverse/viewers/viewer-changes.ts'

/** What the payloads of mutations are made of. */
export type RateSource = ChangeResult<RatingRow>
export type WatchlistSource = ChangeResult<WatchlistRow>
export type HistorySource = ChangeResult<HistoryRow>
export type HiddenSource = ChangeResult<HiddenRow>
export type RemovedSource = ChangeResult<Removed>
export type ProfileSource = ChangeResult<Record<string, never>>
export type ErasedSource = Tombstone
