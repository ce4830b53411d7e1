import type { Layout } from './layout.ts'
import { imdbCsv } from './layouts/imdb-csv/layout.ts'
import { movielens } from './layouts/movielens/layout.ts'
import type { RatingsLayout } from './ratings-layout.ts'

/** Every form of a catalogue that `pnpm db:import` knows. */
export const layouts: readonly Layout[] = [imdbCsv]

/** The layout of that name, if there is one. */
export function findLayout(name: string): Layout | undefined {
  return layouts.find((layout) => layout.name === name)
}

/** Every form of ratings that it knows. */
export const ratingsLayouts: readonly RatingsLayout[] = [movielens]

/** The form of ratings of that name, if there is one. */
export function findRatingsLayout(name: string): RatingsLayout | undefined {
  return ratingsLayouts.find((layout) => layout.name === name)
}
