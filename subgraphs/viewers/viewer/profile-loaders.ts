import { createLoader, type Loader } from '@movieverse/movies-graphql/loader.ts'
import type { GenreRow, LanguageRow } from '@movieverse/titles/rows.ts'
import type { ProfileRepository } from '@movieverse/viewers/profile.repository.ts'

/** The lists of a profile by the viewer's row id, each read once, however often the viewer stands in an answer. */
export interface ProfileLoaders {
  readonly languages: Loader<number, readonly LanguageRow[]>
  readonly genres: Loader<number, readonly GenreRow[]>
  readonly services: Loader<number, readonly string[]>
}

/** The loaders of one request. */
export function createProfileLoaders(profiles: ProfileRepository): ProfileLoaders {
  return {
    languages: each((viewerId) => profiles.listLanguages(viewerId)),
    genres: each((viewerId) => profiles.listGenres(viewerId)),
    services: each((viewerId) => profiles.listServices(viewerId)),
  }
}

/** A request has one viewer, so there is nothing to gather, only to remember. */
function each<Value>(read: (viewerId: number) => Promise<Value>): Loader<number, Value> {
  return createLoader((viewerIds: readonly number[]) => Promise.all(viewerIds.map(read)))
}
