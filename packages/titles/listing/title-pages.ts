import type { Knex } from 'knex'
import { createCursorCodec } from '../paging/cursor.ts'
import { partsOf } from './filter.ts'
import { conditionsOf, isSingleScope, type Conditions } from './listing-conditions.ts'
import { matchesOf, selectTitles } from './listing-query.ts'
import { everyTitle } from './listing-scopes.ts'
import type { SourceChooser } from './listing-sources.ts'
import { pageWindowOf, toPage, type Page, type PageArguments } from '../paging/page.ts'
import type { TitleRow } from '../rows.ts'
import { findWords } from '../search/search-words.ts'
import { sortColumns, type TitleOrder } from './sort-keys.ts'
import { runLimited } from './statement-limit.ts'
import { countCeiling, type TitleCount, type TitlePageQuery, type TitlesQuery } from './title-queries.ts'

/** One page of a list of titles; see TitlesRepository. */
export async function listTitlePage(db: Knex, sources: SourceChooser, query: TitlePageQuery): Promise<Page<TitleRow>> {
  const { scope = everyTitle, orderBy, filter, page, now } = query
  const list = [scope, orderBy, partsOf(filter)]
  return readPage(db, sources, { list, orderBy, page, now, conditions: () => readConditions(db, query) })
}

/** One page of the titles that a person is credited on, most popular first. */
export async function listPersonPage(
  db: Knex,
  sources: SourceChooser,
  personId: number,
  page: PageArguments,
): Promise<Page<TitleRow>> {
  const conditions = { ...conditionsOf({}), personId }
  const orderBy = 'POPULARITY'
  return readPage(db, sources, { list: ['person', personId], orderBy, page, conditions: async () => conditions })
}

/** How many titles match: exactly for a scope alone, up to the ceiling for anything narrower. */
export async function countTitles(db: Knex, sources: SourceChooser, query: TitlesQuery): Promise<TitleCount> {
  const conditions = await readConditions(db, query)
  const source = await sources.choose(conditions, null)
  const matches = matchesOf(db, { conditions, source, now: query.now ?? new Date() })
  const single = isSingleScope(conditions)
  const upToCeiling = (): Knex.QueryBuilder => matches.select(db.raw('1 as one')).limit(countCeiling + 1)
  const counted: Knex.QueryBuilder = single ? matches : db.from(upToCeiling().as('matches'))
  const [row] = await runLimited<{ count: number }>(db, counted.count('* as count'))
  const count = row?.count ?? 0
  return single ? { count, isExact: true } : { count: Math.min(count, countCeiling), isExact: count <= countCeiling }
}

/** The conditions of a query; the words of its text are looked up in the vocabulary. */
export async function readConditions(db: Knex, { filter, scope }: TitlesQuery): Promise<Conditions> {
  return conditionsOf(filter, scope, await findWords(db, filter.text))
}

interface PageRequest {
  /** Everything that decides which titles the list holds, and their order. */
  readonly list: unknown
  readonly orderBy: TitleOrder
  readonly page: PageArguments
  readonly now?: Date | undefined
  conditions(): Promise<Conditions>
}

async function readPage(db: Knex, sources: SourceChooser, request: PageRequest): Promise<Page<TitleRow>> {
  const window = pageWindowOf(request.page)
  const { column, descending } = sortColumns[request.orderBy]
  const cursors = createCursorCodec(request.list, column === 'title_key' ? isTitleKey : isNumericKey)
  const after = cursors.decode('after', window.after)
  const before = cursors.decode('before', window.before)
  const conditions = await request.conditions()
  const limit = window.size + 1
  const source = await sources.choose(conditions, { limit, readsTerms: column === 'popularity_key' })
  const [above, below] = descending ? [before, after] : [after, before]
  const slice = { keyColumn: column, descending: descending !== window.backward, above, below, limit }
  const listing = { conditions, source, now: request.now ?? new Date() }
  const rows = await runLimited<KeyedTitleRow>(db, selectTitles(db, listing, slice))
  return toPage(window, rows, ({ cursorKey, ...node }) => ({
    node,
    // Written when it is asked for: most lists ask for the cursors of their ends alone.
    get cursor() {
      return cursors.encode(cursorKey)
    },
  }))
}

type KeyedTitleRow = TitleRow & { readonly cursorKey: string | number }

function isTitleKey(key: unknown): key is string | number {
  return typeof key === 'string' && key.length <= 500 && key.isWellFormed() && /\t[0-9a-f]{8}$/.test(key)
}

function isNumericKey(key: unknown): key is string | number {
  return Number.isSafeInteger(key)
}
