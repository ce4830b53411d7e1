import type { Layout } from './layout.ts'
import { imdbCsv } from './layouts/imdb-csv/layout.ts'

/** Every layout that `pnpm db:import` knows. */
export const layouts: readonly Layout[] = [imdbCsv]

/** The layout of that name, if there is one. */
export function findLayout(name: string): Layout | undefined {
  return layouts.find((layout) => layout.name === name)
}
