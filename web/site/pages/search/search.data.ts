import { SearchTitlesDocument, type PageFragment } from '../../api/generated/operations.ts'
import type { PageContext } from '../page-context.ts'

export interface SearchData {
  readonly page: 'search'
  readonly text: string
  readonly after: string | null
  /** Null where nothing was asked or no answer came. */
  readonly list: PageFragment | null
  readonly isDown: boolean
}

const pageSize = 24

/** One request, or none where nothing is asked. */
export async function loadSearch({ api, query }: PageContext): Promise<SearchData> {
  const text = (query.get('q') ?? '').trim().slice(0, 100)
  const after = query.get('after')?.slice(0, 1000) ?? null
  if (text === '') return { page: 'search', text, after: null, list: null, isDown: false }
  const { data } = await api.ask(SearchTitlesDocument, { text, first: pageSize, after })
  const list = data?.search ?? null
  return { page: 'search', text, after, list, isDown: list === null }
}
