import {
  TitlePageDocument,
  TitlePageOfViewerDocument,
  type SimilarFragment,
  type TitleFactsFragment,
  type TitlePageOfViewerQuery,
  type TitlePageQuery,
} from '../../api/generated/operations.ts'
import type { Reply } from '../../api/visitor-api.ts'
import type { PageContext } from '../page-context.ts'
import type { MissingData } from '../state.ts'

/** What a viewer thinks of a title. */
export interface Opinion {
  readonly rating: number | null
  readonly onWatchlist: boolean
  readonly seen: boolean
  readonly hidden: boolean
}

export interface TitleData {
  readonly page: 'title'
  /** Null where it did not come. */
  readonly movie: TitleFactsFragment | null
  /** Null where nobody is signed in or it did not come. */
  readonly opinion: Opinion | null
  readonly similar: SimilarFragment | null
  readonly isSimilarDown: boolean
}

/** One request: a title, what goes with it in the visitor's region, and what the viewer thinks of it. */
export async function loadTitle({ api, region }: PageContext, id: string): Promise<TitleData | MissingData> {
  const variables = { id, region, hasRegion: region !== null }
  const { data, errors } = api.isSignedIn
    ? withOpinion(await api.ask(TitlePageOfViewerDocument, variables))
    : withoutOpinion(await api.ask(TitlePageDocument, variables))
  if (data === null && errors.every(({ code }) => notOurs.has(code))) return { page: 'missing' }
  const movie = data?.movie ?? null
  const similar = data?.movie.similar ?? null
  return {
    page: 'title',
    movie,
    opinion: data?.opinion ?? null,
    similar,
    isSimilarDown: region !== null && similar === null,
  }
}

/** Codes of an id that is none, rather than of a service that fails. */
const notOurs: ReadonlySet<string> = new Set(['BAD_USER_INPUT', 'NOT_FOUND', 'INVALID_ID', 'BAD_REQUEST'])

interface Answer {
  readonly movie: NonNullable<TitlePageQuery['movie']>
  readonly opinion: Opinion | null
}

function withoutOpinion({ data, errors }: Reply<TitlePageQuery>): Reply<Answer> {
  return { data: data?.movie ? { movie: data.movie, opinion: null } : null, errors }
}

function withOpinion({ data, errors }: Reply<TitlePageOfViewerQuery>): Reply<Answer> {
  if (!data?.movie) return { data: null, errors }
  const { viewer, ...movie } = data.movie
  return { data: { movie, opinion: viewer && { ...viewer, rating: viewer.rating ?? null } }, errors }
}
