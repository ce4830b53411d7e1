import type { Page } from '@movieverse/titles/paging/page.ts'
import type { TitleRow } from '@movieverse/titles/rows.ts'
import type { TitleCount } from '@movieverse/titles/listing/title-queries.ts'

/** A page of titles, and how to count all that match: asked only where a query selects a count. */
export interface MovieConnectionSource extends Page<TitleRow> {
  readonly countMatches: () => Promise<TitleCount>
}

/** A connection whose two count fields share one count. */
export function movieConnectionOf(page: Page<TitleRow>, count: () => Promise<TitleCount>): MovieConnectionSource {
  let counted: Promise<TitleCount> | undefined
  return { ...page, countMatches: () => (counted ??= count()) }
}
