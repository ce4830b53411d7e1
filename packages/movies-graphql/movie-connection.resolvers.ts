import type { TitleRow } from '@movieverse/titles/rows.ts'
import type { MovieConnectionSource } from './movie-connection.ts'

/** A list of titles; edges and page info are properties of its source. */
export const MovieConnection = {
  nodes: ({ edges }: MovieConnectionSource): TitleRow[] => edges.map(({ node }) => node),
  async totalCount({ countMatches }: MovieConnectionSource): Promise<number> {
    return (await countMatches()).count
  },
  async totalCountIsExact({ countMatches }: MovieConnectionSource): Promise<boolean> {
    return (await countMatches()).isExact
  },
}
