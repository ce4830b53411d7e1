import type { LoaderMetrics } from '@movieverse/movies-graphql/loader-metrics.ts'
import { createLoader, type Loader } from '@movieverse/movies-graphql/loader.ts'
import type { CreditsRepository } from '@movieverse/titles/people/credits.repository.ts'
import type { PeopleRepository } from '@movieverse/titles/people/people.repository.ts'
import type { CreditRow, PersonRow } from '@movieverse/titles/rows.ts'

/** People by their row ids, and who is credited on titles by the titles' row ids. */
export interface PeopleLoaders {
  readonly people: Loader<number, PersonRow | null>
  readonly directors: Loader<number, readonly PersonRow[]>
  readonly credits: Loader<number, readonly CreditRow[]>
  /** How many titles a person is credited on, by the person's row id. */
  readonly titleCounts: Loader<number, number>
}

/** The loaders of one request. */
export function createPeopleLoaders(
  people: PeopleRepository,
  credits: CreditsRepository,
  sizesOf: LoaderMetrics,
): PeopleLoaders {
  return {
    people: createLoader((ids: readonly number[]) => people.findByIds(ids), sizesOf('people')),
    directors: createLoader((titleIds: readonly number[]) => people.listDirectors(titleIds), sizesOf('directors')),
    credits: createLoader((titleIds: readonly number[]) => people.listCredits(titleIds), sizesOf('credits')),
    titleCounts: createLoader((ids: readonly number[]) => credits.countTitles(ids), sizesOf('title_counts')),
  }
}
