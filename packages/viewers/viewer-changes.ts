import type { Knex } from 'knex'
import { runChange, type ChangeRequest, type ChangeResult } from './change-runner.ts'
import { historyTable, hiddenTable, ratingsTable, watchlistTable } from './feedback-tables.ts'
import { addToRevisions, putHiddenTitles, putRatings, putWatchlistEntries } from './feedback-writer.ts'
import { changeProfile, type ProfileChange } from './profile-changes.ts'
import { putProgress, refusalOfProgress, type NewProgress } from './progress-changes.ts'
import type { HiddenRow, HistoryRow, RatingRow, WatchlistRow } from './rows.ts'
import { refused, type Outcome } from './user-errors.ts'

/** Whose change, when, and under which key. */
export type ChangeOf = Pick<ChangeRequest, 'viewerId' | 'idempotencyKey' | 'now'>

/** The row id of the title that a change is about, null where the client's id names no title. */
export type TitleRef = number | null

/** What of a list is taken away; asking for it again is no error. */
export interface Removed {
  readonly titleId: number
}

/** Everything that viewers change, each in a transaction of its own; see runChange. What is refused changes nothing. */
export interface ViewerChanges {
  rate(of: ChangeOf, titleId: TitleRef, stars: number): Promise<ChangeResult<RatingRow>>
  addToWatchlist(of: ChangeOf, titleId: TitleRef): Promise<ChangeResult<WatchlistRow>>
  recordProgress(of: ChangeOf, titleId: TitleRef, progress: NewProgress): Promise<ChangeResult<HistoryRow>>
  hide(of: ChangeOf, titleId: TitleRef): Promise<ChangeResult<HiddenRow>>
  remove(of: ChangeOf, list: FeedbackName, titleId: TitleRef): Promise<ChangeResult<Removed>>
  changeProfile(of: ChangeOf, change: ProfileChange): Promise<ChangeResult<Record<string, never>>>
}

const tables = { ratings: ratingsTable, watchlist: watchlistTable, history: historyTable, hidden: hiddenTable }
export type FeedbackName = keyof typeof tables

export function createViewerChanges(db: Knex): ViewerChanges {
  return {
    async rate(of, titleId, stars) {
      if (!isRating(stars))
        return before(refused('InvalidRating', 'input.stars', 'A rating is 0.5 to 5 stars, in halves'))
      return runAbout(db, of, 'rate', { titleId, stars }, async (trx, title) => {
        const row = { viewerId: of.viewerId, titleId: title.id, stars, ratedAt: of.now }
        await putRatings(trx, [row])
        return row
      })
    },

    addToWatchlist: (of, titleId) =>
      runAbout(db, of, 'addToWatchlist', { titleId }, async (trx, title) => {
        const row = { viewerId: of.viewerId, titleId: title.id, addedAt: of.now }
        await putWatchlistEntries(trx, [row])
        return row
      }),

    async recordProgress(of, titleId, progress) {
      const refusal = refusalOfProgress(progress, of.now)
      if (refusal) return before(refusal)
      return runAbout(db, of, 'recordProgress', { titleId, ...progress }, (trx, title) =>
        putProgress(trx, of.viewerId, title, { ...progress, watchedAt: progress.watchedAt ?? of.now }),
      )
    },

    hide: (of, titleId) =>
      runAbout(db, of, 'hide', { titleId }, async (trx, title) => {
        const row = { viewerId: of.viewerId, titleId: title.id, hiddenAt: of.now }
        await putHiddenTitles(trx, [row])
        return row
      }),

    remove: (of, list, titleId) =>
      runAbout(db, of, `remove ${list}`, { titleId }, async (trx, { id }) => {
        const removed = await trx(tables[list].name).where({ viewer_id: of.viewerId, title_id: id }).delete()
        if (removed > 0) await addToRevisions(trx, [of.viewerId])
        return { titleId: id }
      }),

    changeProfile: (of, change) =>
      runChange(db, { ...of, operation: 'changeProfile', input: change }, (trx) =>
        changeProfile(trx, of.viewerId, change, of.now),
      ),
  }
}

/** A title as far as changes go. */
export interface KnownTitle {
  readonly id: number
  readonly runtimeMinutes: number | null
}

/** Runs a change that is about a title: NotFound where there is none. */
function runAbout<Row>(
  db: Knex,
  of: ChangeOf,
  operation: string,
  input: Readonly<Record<string, unknown>> & { readonly titleId: TitleRef },
  write: (trx: Knex, title: KnownTitle) => Promise<Row>,
): Promise<ChangeResult<Row>> {
  return runChange(db, { ...of, operation, input }, async (trx): Promise<Outcome<Row>> => {
    const title = input.titleId === null ? null : await findTitle(trx, input.titleId)
    if (!title) return refused('NotFound', 'input.movieId', 'There is no title with this id')
    return { value: await write(trx, title) }
  })
}

async function findTitle(trx: Knex, id: number): Promise<KnownTitle | null> {
  const row: KnownTitle | undefined = await trx('titles')
    .select('id', 'runtime_minutes as runtimeMinutes')
    .where({ id })
    .first()
  return row ?? null
}

function isRating(stars: number): boolean {
  return Number.isInteger(stars * 2) && stars >= 0.5 && stars <= 5
}

/** A refusal that needs no database: the same request is refused again, so no key has to remember it. */
function before(refusal: ReturnType<typeof refused>): ReturnType<typeof refused> & { readonly isReplay: false } {
  return { ...refusal, isReplay: false }
}
