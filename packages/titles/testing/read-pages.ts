import type { Page, PageArguments } from '../paging/page.ts'

/** How to read a list: page by page from its front or its back. */
export interface Reading {
  readonly size: number
  readonly backward: boolean
  /** No more pages than this many. */
  readonly pages?: number
}

/** The ids that were read, in the list's order, and whether the last page says that there are more. */
export interface ReadIds {
  readonly ids: number[]
  readonly hasMore: boolean
}

/** Reads a list page by page, to its end or up to a number of pages. */
export async function readPages(
  read: (page: PageArguments) => Promise<Page<{ readonly id: number }>>,
  { size, backward, pages = Infinity }: Reading,
): Promise<ReadIds> {
  const ids: number[] = []
  let cursor: string | null = null
  let hasMore = true
  for (let page = 0; page < pages && hasMore; page++) {
    const { edges, pageInfo }: Page<{ readonly id: number }> = await read(
      backward ? { last: size, before: cursor } : { first: size, after: cursor },
    )
    const found = edges.map((edge) => edge.node.id)
    if (backward) ids.unshift(...found)
    else ids.push(...found)
    hasMore = backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage
    cursor = backward ? pageInfo.startCursor : pageInfo.endCursor
  }
  return { ids, hasMore }
}
