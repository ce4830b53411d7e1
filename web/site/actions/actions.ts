import type { Fields } from '../../http/form-body.ts'
import {
  AddToWatchlistDocument,
  HideMovieDocument,
  RateMovieDocument,
  RemoveFromWatchlistDocument,
  RemoveRatingDocument,
  UnhideMovieDocument,
  UpdateProfileDocument,
  type Maturity,
  type UpdateProfileInput,
} from '../api/generated/operations.ts'
import type { Reply, VisitorApi } from '../api/visitor-api.ts'

/** What came of a change. */
export type Outcome = 'done' | 'refused' | 'unavailable'

/** A change that a form asks for; its `key` is new for each wish, so that what is sent twice is done once. */
export type Action = (api: VisitorApi, fields: Fields) => Promise<Outcome>

interface TitleInput {
  readonly movieId: string
  readonly idempotencyKey?: string
}

/** What forms may ask for, by the last part of the path that they are posted to. */
export const actions: Readonly<Record<string, Action>> = {
  async rate(api, fields) {
    const { stars = '' } = fields
    if (!/^[0-5](\.5)?$/.test(stars)) return 'refused'
    const input = { ...titleOf(fields), stars: Number(stars) }
    return outcomeOf(await api.ask(RateMovieDocument, { input }), ({ rateMovie }) => rateMovie)
  },
  unrate: async (api, fields) =>
    outcomeOf(await api.ask(RemoveRatingDocument, { input: titleOf(fields) }), ({ removeRating }) => removeRating),
  'watchlist-add': async (api, fields) =>
    outcomeOf(await api.ask(AddToWatchlistDocument, { input: titleOf(fields) }), (data) => data.addToWatchlist),
  'watchlist-remove': async (api, fields) =>
    outcomeOf(
      await api.ask(RemoveFromWatchlistDocument, { input: titleOf(fields) }),
      (data) => data.removeFromWatchlist,
    ),
  hide: async (api, fields) =>
    outcomeOf(await api.ask(HideMovieDocument, { input: titleOf(fields) }), ({ hideMovie }) => hideMovie),
  unhide: async (api, fields) =>
    outcomeOf(await api.ask(UnhideMovieDocument, { input: titleOf(fields) }), ({ unhideMovie }) => unhideMovie),
  profile: async (api, fields) =>
    outcomeOf(await api.ask(UpdateProfileDocument, { input: profileOf(fields) }), (data) => data.updateProfile),
}

function titleOf({ movie = '', key }: Fields): TitleInput {
  return { movieId: movie, ...(key && { idempotencyKey: key }) }
}

const maturities: readonly Maturity[] = ['CHILD', 'TEEN', 'ADULT']

/** Each name may stand once in a form, so lists come as one field for each value. */
function profileOf(fields: Fields): UpdateProfileInput {
  const { name = '', region = '', services = '' } = fields
  const maturity = maturities.find((known) => known === fields.maturity)
  const chosen = (prefix: string): string[] =>
    Object.keys(fields).flatMap((field) => (field.startsWith(prefix) ? [field.slice(prefix.length)] : []))
  return {
    displayName: name.trim() || null,
    region: region || null,
    languages: chosen('language-'),
    favouriteGenres: chosen('genre-'),
    services: services.split(',').flatMap((service) => service.trim() || []),
    ...(maturity && { maturity }),
  }
}

function outcomeOf<Result>(
  { data }: Reply<Result>,
  pick: (data: Result) => { readonly errors: readonly unknown[] } | null | undefined,
): Outcome {
  const payload = data && pick(data)
  if (!payload) return 'unavailable'
  return payload.errors.length === 0 ? 'done' : 'refused'
}
