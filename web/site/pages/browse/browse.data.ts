import {
  AllTitlesDocument,
  RegionTitlesDocument,
  type CountsFragment,
  type PageFragment,
} from '../../api/generated/operations.ts'
import type { PageContext } from '../page-context.ts'
import { filterOf, orderOf, readBrowseQuery, type BrowseQuery } from './browse-query.ts'

export interface BrowseData {
  readonly page: 'browse'
  /** The region whose titles these are; null for all of them. */
  readonly region: string | null
  readonly query: BrowseQuery
  /** Null where the list, or its counts, did not come. */
  readonly list: PageFragment | null
  readonly counts: CountsFragment | null
  /** A cursor of another list or of none: the first page is a link away. */
  readonly isLost: boolean
}

const pageSizes = { cards: 30, list: 60 }

/** One request: a page of titles, and how many there are by genre, country and language. */
export async function loadBrowse({ api, query: given }: PageContext, region: string | null): Promise<BrowseData> {
  const query = readBrowseQuery(given)
  const size = pageSizes[query.view]
  const variables = {
    filter: filterOf(query),
    orderBy: orderOf(query),
    ...(query.before === null ? { first: size, after: query.after } : { last: size, before: query.before }),
  }
  const { data, errors } =
    region === null
      ? await api.ask(AllTitlesDocument, variables)
      : catalogueOf(await api.ask(RegionTitlesDocument, { ...variables, region }))
  return {
    page: 'browse',
    region,
    query,
    list: data?.movies ?? null,
    counts: data?.facets ?? null,
    isLost: !data?.movies && errors.some(({ code }) => code === 'BAD_USER_INPUT' || code === 'INVALID_CURSOR'),
  }
}

function catalogueOf<Catalogue, Errors>(reply: {
  data: { readonly region?: Catalogue | null } | null
  errors: Errors
}): { data: Catalogue | null; errors: Errors } {
  return { data: reply.data?.region ?? null, errors: reply.errors }
}
