import {
  ForYouDocument,
  PopularDocument,
  type CardFragment,
  type HomeRowKind,
  type RecommendationStrategy,
} from '../../api/generated/operations.ts'
import type { PageContext } from '../page-context.ts'

export interface ForYouItem {
  readonly movie: CardFragment
  readonly reason: string
  readonly rating: number | null
  readonly onWatchlist: boolean
}

export interface ForYouRow {
  readonly kind: HomeRowKind
  readonly title: string
  readonly strategy: RecommendationStrategy
  readonly items: readonly ForYouItem[]
}

export interface ForYouData {
  readonly page: 'for-you'
  /** Null where they did not come. */
  readonly rows: readonly ForYouRow[] | null
  /** No region was chosen and the profile names none: nothing can be recommended before. */
  readonly needsRegion: boolean
}

/** One request: the viewer's rows, or what is popular for whoever is not signed in. */
export async function loadForYou(context: PageContext): Promise<ForYouData> {
  if (context.api.isSignedIn) return loadRows(context)
  if (context.region === null) return { page: 'for-you', rows: [], needsRegion: true }
  const { data } = await context.api.ask(PopularDocument, { region: context.region })
  const items = data?.popular?.nodes.flatMap(({ reason, movie }) =>
    movie ? [{ movie, reason, rating: null, onWatchlist: false }] : [],
  )
  const row = items && { kind: 'POPULAR' as const, title: '', strategy: 'POPULAR' as const, items }
  return { page: 'for-you', rows: row ? [row] : null, needsRegion: false }
}

async function loadRows({ api, region }: PageContext): Promise<ForYouData> {
  const { data, errors } = await api.ask(ForYouDocument, { region })
  const rows = data?.viewer?.home?.map(({ kind, title, strategy, items }) => ({
    kind,
    title,
    strategy,
    items: items.flatMap(({ reason, movie }) =>
      movie
        ? [{ movie, reason, rating: movie.viewer?.rating ?? null, onWatchlist: movie.viewer?.onWatchlist ?? false }]
        : [],
    ),
  }))
  const needsRegion = !rows && errors.some(({ code }) => code === 'REGION_REQUIRED')
  return { page: 'for-you', rows: rows ?? null, needsRegion }
}
