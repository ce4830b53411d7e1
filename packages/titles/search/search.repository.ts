import type { Knex } from 'knex'
import { badUserInput } from '@movieverse/service/errors.ts'
import { createCursorCodec } from '../paging/cursor.ts'
import { partsOf, searchTextOf } from '../listing/filter.ts'
import { fold } from './folding.ts'
import { conditionsOf, type Conditions, type WordMatch } from '../listing/listing-conditions.ts'
import { selectMatches } from '../listing/listing-query.ts'
import { everyTitle } from '../listing/listing-scopes.ts'
import { createSourceChooser, type SourceChooser } from '../listing/listing-sources.ts'
import { joinNext } from '../listing/listing-sql.ts'
import { pageWindowOf, toPage, type Page, type PageArguments } from '../paging/page.ts'
import type { TitleRow } from '../rows.ts'
import { compareRanks, rankOf } from './search-ranking.ts'
import { findWords, wordsOf } from './search-words.ts'
import { runLimited } from '../listing/statement-limit.ts'
import { titleColumns } from '../title-columns.ts'
import type { TitlesQuery } from '../listing/title-queries.ts'

export interface SearchQuery extends TitlesQuery {
  readonly text: string
  readonly page: PageArguments
}

/** Finds titles by their words. */
export interface SearchRepository {
  /**
   * Titles that hold every word of the text, best match first. Among very many matches the 1,000 most popular ones are
   * ranked, with those that hold the words exactly and those that are called so. One statement besides the look-up of
   * the words in the vocabulary and, once a minute, the sizes by which it decides where to begin.
   */
  search(query: SearchQuery): Promise<Page<TitleRow>>
}

/** How many matches of each kind are ranked, and how many results a search has at most. */
export const searchCeiling = 1_000

export function createSearchRepository(db: Knex): SearchRepository {
  const sources = createSourceChooser(db)
  return { search: (query) => search(db, sources, query) }
}

async function search(db: Knex, sources: SourceChooser, query: SearchQuery): Promise<Page<TitleRow>> {
  const text = searchTextOf('text', query.text)
  if (text === undefined) throw badUserInput('text', 'must hold a word to search for')
  const window = pageWindowOf(query.page)
  const words = wordsOf(text)
  const list = ['search', words, query.scope ?? everyTitle, partsOf(query.filter)]
  const cursors = createCursorCodec(list, isRankKey)
  const after = cursors.decode('after', window.after)
  const before = cursors.decode('before', window.before)
  const ranked = rankAll(words, await findCandidates(db, sources, query, text))
  const between = ranked.filter(
    ({ key }) => (after === null || compareRanks(key, after) > 0) && (before === null || compareRanks(key, before) < 0),
  )
  const items = (window.backward ? between.toReversed() : between).slice(0, window.size + 1)
  return toPage(window, items, ({ key, title }) => ({ cursor: cursors.encode(key), node: title }))
}

type CandidateRow = TitleRow & { readonly popularityKey: number }

interface RankedTitle {
  /** The rank and, as tie-break, the popularity from the largest down; no two titles share a key. */
  readonly key: readonly number[]
  readonly title: TitleRow
}

function rankAll(words: readonly string[], candidates: readonly CandidateRow[]): RankedTitle[] {
  return candidates
    .map(({ popularityKey, ...title }) => ({ key: [...rankOf(words, title), -popularityKey], title }))
    .toSorted((a, b) => compareRanks(a.key, b.key))
    .slice(0, searchCeiling)
}

/** Titles called exactly so, those that hold the words as typed, and those that hold them in any forgiven form. */
async function findCandidates(
  db: Knex,
  sources: SourceChooser,
  query: SearchQuery,
  text: string,
): Promise<CandidateRow[]> {
  const now = query.now ?? new Date()
  const filterWords = await findWords(db, query.filter.text)
  const forgiving = await findWords(db, text)
  const exact = forgiving.map(({ terms }) => ({ terms: terms.slice(0, 1), prefix: null }))
  const isForgiven = forgiving.some(({ terms, prefix }) => terms.length > 1 || prefix !== null)
  const within = (words: readonly WordMatch[]): Conditions =>
    conditionsOf(query.filter, query.scope, [...filterWords, ...words])
  const listings = await Promise.all(
    (isForgiven ? [exact, forgiving] : [exact]).map(within).map(async (conditions) => {
      return { conditions, source: await sources.choose(conditions, { limit: searchCeiling, readsTerms: true }), now }
    }),
  )
  const named = selectMatches(
    db,
    { conditions: within([]), source: { kind: 'named', sortTitle: fold(text) }, now },
    mostPopular,
  )
  const matches = db
    .from(named.as('named'))
    .union(listings.map((listing) => db.from(selectMatches(db, listing, mostPopular).as('found'))))
  const titles = joinNext(db, db.from(matches.as('matches')), 'titles as t', 't.id = matches.title_id')
  return runLimited(db, titles.select(titleColumns).select('matches.cursor_key as popularityKey'))
}

const mostPopular = { keyColumn: 'popularity_key', descending: true, limit: searchCeiling }

function isRankKey(key: unknown): key is readonly number[] {
  return Array.isArray(key) && key.length === 4 && key.every((part) => Number.isSafeInteger(part))
}
