import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import type { ChangeResult } from '@movieverse/viewers/change-runner.ts'
import type { ViewerRow } from '@movieverse/viewers/rows.ts'
import type { UserError } from '@movieverse/viewers/user-errors.ts'
import type { ViewersContext } from '../context.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import type { MovieSource } from '../movies/movie-source.ts'

type Result<Value> = ChangeResult<Value>

const everyPayload = {
  viewer: (_result: Result<unknown>, _args: object, { session }: ViewersContext): Promise<ViewerRow> =>
    session.viewer('viewer:read'),
  errors: (result: Result<unknown>): readonly UserError[] => ('errors' in result ? result.errors : []),
}

const titlePayload = {
  ...everyPayload,
  movie: (result: Result<{ readonly titleId: number }>): MovieSource | null =>
    'value' in result ? { rowId: result.value.titleId } : null,
}

function valueOf<Value>(result: Result<Value>): Value | null {
  return 'value' in result ? result.value : null
}

/** What mutations answer: what now stands there, or why nothing happened. */
export const payloadResolvers = {
  RateMoviePayload: { ...titlePayload, rating: valueOf },
  RemoveRatingPayload: titlePayload,
  AddToWatchlistPayload: { ...titlePayload, entry: valueOf },
  RemoveFromWatchlistPayload: titlePayload,
  RecordProgressPayload: { ...titlePayload, entry: valueOf },
  RemoveFromHistoryPayload: titlePayload,
  HideMoviePayload: { ...titlePayload, entry: valueOf },
  UnhideMoviePayload: titlePayload,
  UpdateProfilePayload: everyPayload,
  EraseMePayload: { errors: (): readonly UserError[] => [] },
  UserError: { resolveType: ({ type }) => type },
} satisfies SubgraphResolvers<Resolvers>
