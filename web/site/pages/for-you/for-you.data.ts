import {
  ForYouDocument,
  PopularDocument,
  type CardFragment,
  type HomeRowKind,
  type RecommendationStrategy,
} from '../../api/generated/operations.ts'
import type { PageContext } from '../page-context.ts'
import { reasonOf, sourceOf, type Reason } from './reason.ts'

export interface ForYouItem {
  readonly movie: CardFragment
  readonly reason: Reason
  readonly rating: number | null
}

export interface ForYouRow {
  readonly kind: HomeRowKind
  readonly strategy: RecommendationStrategy
  /** The title that the row rests on, where it rests on one. */
  readonly source: string | null
  readonly items: readonly ForYouItem[]
}

export interface ForYouData {
  readonly page: 'for-you'
  /** The region of the rows: the visitor's choice, or else their profile's. */
  readonly region: string | null
  /** Null where they did not come. */
  readonly rows: readonly ForYouRow[] | null
  /** No region was chosen and the profile names none: nothing can be recommended before. */
  readonly needsRegion: boolean
}

/** One request: the viewer's rows, or what is popular for whoever is not signed in. */
export async function loadForYou(context: PageContext): Promise<ForYouData> {
  const { api, region } = context
  if (api.isSignedIn) return loadRows(context)
  if (region === null) return { page: 'for-you', region, rows: [], needsRegion: true }
  const { data } = await api.ask(PopularDocument, { region })
  const items = data?.popular?.nodes.flatMap(({ movie }) =>
    movie ? [{ movie, reason: { kind: 'popular' } as const, rating: null }] : [],
  )
  const row = items && { kind: 'POPULAR' as const, strategy: 'POPULAR' as const, source: null, items }
  return { page: 'for-you', region, rows: row ? [row] : null, needsRegion: false }
}

async function loadRows({ api, region }: PageContext): Promise<ForYouData> {
  const { data, errors } = await api.ask(ForYouDocument, { region })
  const { profile, home } = data?.viewer ?? {}
  const rows = home?.map((row) => ({
    kind: row.kind,
    strategy: row.strategy,
    source: sourceOf(row, row.items),
    items: row.items.flatMap(({ because, movie }) => {
      if (!movie) return []
      const { viewer, ...card } = movie
      const reason = reasonOf(row, { because, movie }, profile?.favouriteGenres ?? [])
      return [{ movie: card, reason, rating: viewer?.rating ?? null }]
    }),
  }))
  const needsRegion = !rows && errors.some(({ code }) => code === 'REGION_REQUIRED')
  return { page: 'for-you', region: region ?? profile?.region ?? null, rows: rows ?? null, needsRegion }
}
