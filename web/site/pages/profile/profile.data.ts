import { ProfilePageDocument, type Maturity } from '../../api/generated/operations.ts'
import { textsOf, type Texts } from '../../messages/texts.ts'
import type { PageContext } from '../page-context.ts'

export interface ViewerProfile {
  readonly displayName: string | null
  readonly region: string | null
  readonly languages: readonly string[]
  readonly genres: readonly string[]
  readonly services: readonly string[]
  readonly maturity: Maturity
  readonly createdAt: string
}

export interface Choice {
  readonly code: string
  readonly name: string
}

export interface ProfileData {
  readonly page: 'profile'
  /** Null where nobody is signed in, or it did not come. */
  readonly profile: ViewerProfile | null
  /** What may be chosen, in the visitor's language and its order. */
  readonly genres: readonly Choice[]
  readonly languages: readonly Choice[]
  readonly notice: 'saved' | 'refused' | 'unavailable' | null
}

const notices = ['saved', 'refused', 'unavailable'] as const

/** One request, or none where nobody is signed in. */
export async function loadProfile({ api, query, language }: PageContext): Promise<ProfileData> {
  const notice = notices.find((each) => each === query.get('notice')) ?? null
  if (!api.isSignedIn) return { page: 'profile', profile: null, genres: [], languages: [], notice }
  const { data } = await api.ask(ProfilePageDocument, {})
  const texts = textsOf(language)
  const inOrder = (choices: readonly Choice[], nameOf: Texts['genre']): Choice[] =>
    choices
      .map(({ code, name }) => ({ code, name: nameOf(code, name) }))
      .toSorted((one, other) => one.name.localeCompare(other.name, language))
  const { createdAt = '', profile } = data?.viewer ?? {}
  return {
    page: 'profile',
    profile: profile
      ? {
          displayName: profile.displayName ?? null,
          region: profile.region ?? null,
          languages: profile.languages.map(({ code }) => code),
          genres: profile.favouriteGenres.map(({ code }) => code),
          services: profile.services,
          maturity: profile.maturity,
          createdAt,
        }
      : null,
    genres: inOrder(data?.genres ?? [], texts.genre),
    languages: inOrder(data?.languages ?? [], texts.languageName),
    notice,
  }
}
