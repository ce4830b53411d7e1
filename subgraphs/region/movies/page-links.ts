/** What a page knows of its neighbours. */
export interface PageEnds {
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  readonly startCursor: string | null
  readonly endCursor: string | null
}

const cursorNames = ['first', 'after', 'last', 'before']

/**
 * A `Link` header (RFC 8288) to the first, next and previous page with the same filter, order and size. The links are
 * query strings alone, so they hold under whatever path an edge publishes the list.
 */
export function pageLinks(parameters: Readonly<Record<string, unknown>>, ends: PageEnds): string {
  const kept = Object.entries(parameters).flatMap(([name, value]) =>
    typeof value === 'string' && value !== '' && !cursorNames.includes(name) ? [[name, value] as [string, string]] : [],
  )
  const size = [parameters.first, parameters.last].find((value) => typeof value === 'string' && value !== '')
  const sized = (name: string): [string, string][] => (typeof size === 'string' ? [[name, size]] : [])
  const link = (rel: string, ...ask: [string, string][]): string =>
    `<?${new URLSearchParams([...kept, ...ask]).toString()}>; rel="${rel}"`
  const links = [link('first', ...sized('first'))]
  if (ends.hasNextPage && ends.endCursor) links.push(link('next', ...sized('first'), ['after', ends.endCursor]))
  if (ends.hasPreviousPage && ends.startCursor) {
    links.push(link('prev', ...sized('last'), ['before', ends.startCursor]))
  }
  return links.join(', ')
}
