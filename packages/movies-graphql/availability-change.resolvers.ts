import type { AvailabilityChangeRow, TitleRow } from '@movieverse/titles/rows.ts'
import type { MoviesContext } from './context.ts'

/** One line of the log of what regions may show. */
export const AvailabilityChange = {
  id: ({ id }: AvailabilityChangeRow): string => Buffer.from(`AvailabilityChange:${id}`).toString('base64url'),
  region: ({ regionCode }: AvailabilityChangeRow): string => regionCode,
  async movie({ titleId }: AvailabilityChangeRow, _args: object, { loaders }: MoviesContext): Promise<TitleRow> {
    const title = await loaders.titles.load(titleId)
    // The log's foreign key goes with its title, so only a deletion in this very moment comes here.
    if (!title) throw new Error(`availability change of a title that is gone: ${titleId}`)
    return title
  },
}
