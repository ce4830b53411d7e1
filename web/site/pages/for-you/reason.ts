import type { HomeRowKind, RecommendationStrategy } from '../../api/generated/operations.ts'

/** Why a title is recommended, for the message catalogue to word; null where the row's name says it already. */
export type Reason =
  | { readonly kind: 'title'; readonly title: string }
  | { readonly kind: 'genre'; readonly genre: Named }
  | { readonly kind: 'popular' | 'new' | 'language' }
  | null

interface Row {
  readonly kind: HomeRowKind
  readonly strategy: RecommendationStrategy
}

interface Item {
  readonly because: ReadonlyArray<{ readonly weight: number; readonly movie?: { readonly title: string } | null }>
  readonly movie: { readonly genres: ReadonlyArray<{ readonly code: string }> }
}

interface Named {
  readonly code: string
  readonly name: string
}

/** What speaks most for an item of a row: a title that the viewer knows, else a genre of their profile, else the row. */
export function reasonOf({ kind, strategy }: Row, item: Item, favouriteGenres: readonly Named[]): Reason {
  if (kind === 'BECAUSE_YOU_WATCHED') return null
  const title = strongestOf(item)
  if (title !== null) return { kind: 'title', title }
  if (kind === 'NEW') return { kind: 'new' }
  const genre = strategy === 'PROFILE' && favouriteGenres.find((each) => hasGenre(item, each))
  if (genre) return { kind: 'genre', genre }
  return { kind: kind === 'YOUR_LANGUAGES' ? 'language' : 'popular' }
}

/** The title that a row rests on, which is the only one that speaks for its items. */
export function sourceOf({ kind }: Pick<Row, 'kind'>, items: ReadonlyArray<Pick<Item, 'because'>>): string | null {
  return kind === 'BECAUSE_YOU_WATCHED' && items[0] ? strongestOf(items[0]) : null
}

function strongestOf({ because }: Pick<Item, 'because'>): string | null {
  const [strongest] = because.toSorted((one, other) => other.weight - one.weight)
  return strongest && strongest.weight > 0 ? (strongest.movie?.title ?? null) : null
}

function hasGenre({ movie: { genres } }: Item, { code }: Named): boolean {
  return genres.some((genre) => genre.code === code)
}
