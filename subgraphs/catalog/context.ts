import { createMoviesContexts, type MoviesContext } from '@movieverse/movies-graphql/context.ts'
import type { LoaderMetrics } from '@movieverse/movies-graphql/loader-metrics.ts'
import { createCreditsRepository } from '@movieverse/titles/people/credits.repository.ts'
import { createPeopleRepository } from '@movieverse/titles/people/people.repository.ts'
import {
  createReferenceRepository,
  type ReferenceRepository,
} from '@movieverse/titles/reference/reference.repository.ts'
import { createSearchRepository, type SearchRepository } from '@movieverse/titles/search/search.repository.ts'
import type { Knex } from 'knex'
import { createPeopleLoaders, type PeopleLoaders } from './people/people.loaders.ts'

/** What the resolvers of the catalogue need; one per request. */
export interface CatalogContext extends MoviesContext {
  readonly reference: ReferenceRepository
  readonly searches: SearchRepository
  readonly peopleLoaders: PeopleLoaders
}

/** Binds the repositories to an executor once; answers what makes a request's context. */
export function createCatalogContexts(db: Knex, sizesOf: LoaderMetrics): () => CatalogContext {
  const createMoviesContext = createMoviesContexts(db, sizesOf)
  const people = createPeopleRepository(db)
  const credits = createCreditsRepository(db)
  const reference = createReferenceRepository(db)
  const searches = createSearchRepository(db)
  return () => ({
    ...createMoviesContext(),
    reference,
    searches,
    peopleLoaders: createPeopleLoaders(people, credits, sizesOf),
  })
}
