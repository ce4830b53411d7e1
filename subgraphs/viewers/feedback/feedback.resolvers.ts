import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import type { FeedbackList } from '@movieverse/viewers/feedback-lists.ts'
import type { HiddenRow, HistoryRow, RatingRow, WatchlistRow } from '@movieverse/viewers/rows.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import type { MovieSource } from '../movies/movie-source.ts'
import type { FeedbackConnectionSource } from './feedback-connection.ts'

/** Lists of what a viewer said and did, and their entries. */
export const feedbackResolvers = {
  RatingConnection: connectionOf<RatingRow>(),
  WatchlistConnection: connectionOf<WatchlistRow>(),
  HistoryConnection: connectionOf<HistoryRow>(),
  HiddenTitleConnection: connectionOf<HiddenRow>(),
  Rating: { movie: movieOf },
  WatchlistEntry: { movie: movieOf },
  HistoryEntry: { movie: movieOf, progress: (entry) => entry },
  HiddenTitle: { movie: movieOf },
  Progress: {
    seconds: ({ progressSeconds }) => progressSeconds,
    percent: ({ progressPercent }) => progressPercent,
    completed: ({ isCompleted }) => isCompleted,
  },
} satisfies SubgraphResolvers<Resolvers>

function movieOf({ titleId }: { readonly titleId: number }): MovieSource {
  return { rowId: titleId }
}

interface ConnectionResolvers<Row> {
  edges(source: FeedbackConnectionSource<Row>): Promise<FeedbackList<Row>['edges']>
  nodes(source: FeedbackConnectionSource<Row>): Promise<Row[]>
  pageInfo(source: FeedbackConnectionSource<Row>): Promise<FeedbackList<Row>['pageInfo']>
  totalCount(source: FeedbackConnectionSource<Row>): Promise<number>
}

function connectionOf<Row>(): ConnectionResolvers<Row> {
  return {
    edges: async (source) => (await source.load('page')).edges,
    nodes: async (source) => (await source.load('page')).edges.map(({ node }) => node),
    pageInfo: async (source) => (await source.load('page')).pageInfo,
    async totalCount(source) {
      const { total } = await source.load('total')
      if (total === null) throw new Error('a list was read without its length, which was asked for')
      return total
    },
  }
}
