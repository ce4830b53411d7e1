import { badUserInput } from '@movieverse/service/errors.ts'

/** Relay's connection arguments as they arrive; null and undefined mean "not given". */
export interface PageArguments {
  readonly first?: number | null | undefined
  readonly last?: number | null | undefined
  readonly after?: string | null | undefined
  readonly before?: string | null | undefined
}

export interface PageInfo {
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  readonly startCursor: string | null
  readonly endCursor: string | null
}

/** A slice of a list, always in the list's own order whichever way it was paged. */
export interface Page<Node> {
  readonly edges: ReadonlyArray<{ readonly cursor: string; readonly node: Node }>
  readonly pageInfo: PageInfo
}

/** What of a list is wanted: `size` items from its front, or from its back, between two cursors. */
export interface PageWindow {
  readonly size: number
  readonly backward: boolean
  readonly after: string | null
  readonly before: string | null
}

export const defaultPageSize = 20
export const largestPageSize = 100

/**
 * Checks connection arguments. Without `first` and `last` the default is 20 items from the front, or, where only
 * `before` is given, the 20 in front of that cursor. Throws BAD_USER_INPUT naming the argument.
 */
export function pageWindowOf(page: PageArguments): PageWindow {
  const { first = null, last = null, after = null, before = null } = page
  if (first !== null && last !== null) throw badUserInput('last', 'cannot be combined with first: give one of them')
  checkSize('first', first)
  checkSize('last', last)
  const backward = last !== null || (first === null && after === null && before !== null)
  return { size: first ?? last ?? defaultPageSize, backward, after, before }
}

/**
 * Makes a page from up to `size + 1` items that were read from the window's own end, the one item more telling
 * whether the list goes on. In the other direction a page follows whatever lies at the cursor it was asked with.
 */
export function toPage<Item, Node>(
  window: PageWindow,
  items: readonly Item[],
  toEdge: (item: Item) => { cursor: string; node: Node },
): Page<Node> {
  const hasMore = items.length > window.size
  const kept = items.slice(0, window.size)
  const edges = (window.backward ? kept.toReversed() : kept).map(toEdge)
  return {
    edges,
    pageInfo: {
      hasNextPage: window.backward ? window.before !== null : hasMore,
      hasPreviousPage: window.backward ? hasMore : window.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

function checkSize(name: 'first' | 'last', size: number | null): void {
  if (size === null) return
  if (!Number.isInteger(size) || size < 1 || size > largestPageSize) {
    throw badUserInput(name, `must be a whole number from 1 to ${largestPageSize}`)
  }
}
