import {
  createAvailabilityRepository,
  type AvailabilityRepository,
} from '@movieverse/titles/availability/availability.repository.ts'
import { createTitlesRepository, type TitlesRepository } from '@movieverse/titles/titles.repository.ts'
import type { Knex } from 'knex'
import type { LoaderMetrics } from './loader-metrics.ts'
import { createTitleLoaders, type TitleLoaders } from './title-loaders.ts'

/** What the resolvers of titles need; one per request. */
export interface MoviesContext {
  readonly titles: TitlesRepository
  readonly availability: AvailabilityRepository
  readonly loaders: TitleLoaders
  /** The moment of the request: every window is compared with the same one. */
  readonly now: Date
}

/** Binds the repositories to an executor once; answers what makes a request's context. */
export function createMoviesContexts(db: Knex, sizesOf: LoaderMetrics): () => MoviesContext {
  const titles = createTitlesRepository(db)
  const availability = createAvailabilityRepository(db)
  return () => {
    const now = new Date()
    return { titles, availability, now, loaders: createTitleLoaders(titles, availability, now, sizesOf) }
  }
}
