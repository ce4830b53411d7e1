import type { Knex } from 'knex'
import type { Conditions, WordMatch } from './listing-conditions.ts'
import { everyTitle } from './listing-scopes.ts'
import { whereRuntime, whereWord } from './listing-sql.ts'
import type { Range } from './filter.ts'
import type { KeyRange } from './sort-keys.ts'

/** Where the reading of a list begins: an indexed set of titles that holds every match. */
export type Source =
  | { readonly kind: 'scope'; readonly scope: string }
  | { readonly kind: 'scopes'; readonly scopes: readonly string[] }
  | { readonly kind: 'range'; readonly range: KeyRange }
  | { readonly kind: 'word'; readonly word: WordMatch }
  | { readonly kind: 'runtime'; readonly minutes: Range }
  | { readonly kind: 'person'; readonly personId: number }
  | { readonly kind: 'named'; readonly sortTitle: string }

/** Chooses the source of a list. */
export interface SourceChooser {
  /** The source from which `limit` titles in order, or all of them in none, are found with the least reading. */
  choose(conditions: Conditions, ordered: Ordered | null): Promise<Source>
}

export interface Ordered {
  readonly limit: number
  /** Whether the matches of a word are read from the terms, which are in the order of popularity. */
  readonly readsTerms: boolean
}

/** How many matches of a single condition are collected and sorted rather than found on a walk. */
const sortedAtMost = 5_000
const countedAtMost = 20_000
const rememberedForMs = 60_000
const rememberedSizes = 2_000

/**
 * Sizes of sources come from one statement, counted up to 20,000 each, and are remembered for a minute: they only
 * decide how a list is read, never what is in it.
 */
export function createSourceChooser(db: Knex, clock: () => number = Date.now): SourceChooser {
  const remembered = new Map<string, { readonly size: number; readonly at: number }>()

  async function sizesOf(sources: readonly Source[]): Promise<number[]> {
    const oldest = clock() - rememberedForMs
    const keys = sources.map((source) => JSON.stringify(source))
    const missing = sources.filter((_, index) => (remembered.get(keys[index] ?? '')?.at ?? -Infinity) < oldest)
    const counted = missing.length > 0 ? await countSources(db, missing) : []
    const fresh = new Map(missing.map((source, index) => [JSON.stringify(source), counted[index] ?? 0]))
    const sizes = keys.map((key) => fresh.get(key) ?? remembered.get(key)?.size ?? 0)
    if (remembered.size > rememberedSizes) remembered.clear()
    for (const [key, size] of fresh) remembered.set(key, { size, at: clock() })
    return sizes
  }

  return {
    async choose(conditions, ordered) {
      const sources = worthwhileSourcesOf(conditions, ordered)
      if (sources.length === 1 && sources[0]) return sources[0]
      const sizes = await sizesOf(sources)
      const sized = sources.map((source, index) => ({ source, size: sizes[index] ?? 0 }))
      return ordered ? bestInOrder(sized, ordered, restrictionsOf(conditions)) : smallestOf(sized).source
    },
  }
}

interface SizedSource {
  readonly source: Source
  readonly size: number
}

function smallestOf(sources: readonly SizedSource[]): SizedSource {
  const [smallest] = sources.toSorted((a, b) => a.size - b.size)
  if (!smallest) throw new Error('a list always has a source')
  return smallest
}

/** Every source, but not the walk over every title where a walk over the titles of a word is at hand. */
function worthwhileSourcesOf(conditions: Conditions, ordered: Ordered | null): Source[] {
  const sources = sourcesOf(conditions)
  const walksWord = ordered !== null && sources.some((source) => source.kind === 'word' && isWalked(source, ordered))
  return walksWord ? sources.filter((source) => source.kind !== 'scope' || source.scope !== everyTitle) : sources
}

function isWalked(source: Source, { readsTerms }: Ordered): boolean {
  return source.kind === 'scope' || (readsTerms && source.kind === 'word' && source.word.prefix === null)
}

/**
 * The smallest source, whose matches are collected and sorted, or the smallest one that is walked in order until
 * `limit` matches are found: after about `limit * walked / matches` rows, or, where several conditions hardly ever
 * meet, after all of its rows. So beside a large walk the rarer of several conditions is collected as far as its size
 * is known.
 */
function bestInOrder(sources: readonly SizedSource[], ordered: Ordered, restrictions: number): Source {
  const narrowest = smallestOf(sources)
  const walked = smallestOf(sources.filter(({ source }) => isWalked(source, ordered)))
  if (walked.size < countedAtMost) {
    return narrowest.size ** 2 <= ordered.limit * walked.size ? narrowest.source : walked.source
  }
  const isCheap = restrictions > 1 || (ordered.readsTerms && narrowest.source.kind === 'word')
  const sortable = isCheap ? countedAtMost - 1 : Math.max(sortedAtMost, ordered.limit)
  return narrowest.size <= sortable ? narrowest.source : walked.source
}

function restrictionsOf({ every, some, none, keyRanges, runtimeMinutes, words }: Conditions): number {
  const scopes = every.filter((scope) => scope !== everyTitle)
  return [...scopes, ...some, ...none, ...keyRanges, ...words].length + (runtimeMinutes ? 1 : 0)
}

/** Every source that the conditions offer; scopes come first and so win where sizes are equal. */
export function sourcesOf({ every, some, keyRanges, runtimeMinutes, words, personId }: Conditions): Source[] {
  if (personId !== undefined) return [{ kind: 'person', personId }]
  return [
    ...every.map((scope): Source => ({ kind: 'scope', scope })),
    ...some.map((scopes): Source => ({ kind: 'scopes', scopes })),
    ...keyRanges.map((range): Source => ({ kind: 'range', range })),
    ...(runtimeMinutes ? [{ kind: 'runtime', minutes: runtimeMinutes } satisfies Source] : []),
    ...words.map((word): Source => ({ kind: 'word', word })),
  ]
}

async function countSources(db: Knex, sources: readonly Source[]): Promise<number[]> {
  const counts = sources.map((source, position) =>
    db
      .from(rowsOf(db, source).select(db.raw('1 as one')).limit(countedAtMost).as('rows_of_source'))
      .select(db.raw(`${position} as position, count(*) as size`)),
  )
  const [first, ...rest] = counts
  const rows: Array<{ position: number; size: number }> = await (first?.unionAll(rest) ?? [])
  const byPosition = new Map(rows.map((row) => [row.position, row.size]))
  return sources.map((_, position) => byPosition.get(position) ?? 0)
}

/** The rows of a source, a title perhaps several times. */
export function rowsOf(db: Knex, source: Source): Knex.QueryBuilder {
  switch (source.kind) {
    case 'scope':
      return db('title_listings').where('scope', source.scope)
    case 'scopes':
      return db('title_listings').whereIn('scope', source.scopes)
    case 'range':
      return db('title_listings')
        .where('scope', everyTitle)
        .where(source.range.column, '>=', source.range.from)
        .where(source.range.column, '<', source.range.until)
    case 'word':
      return db('search_terms').where((query) => whereWord(query, 'term', source.word))
    case 'runtime':
      return db('titles').where((query) => whereRuntime(query, 'runtime_minutes', source.minutes))
    case 'person':
      return db('credits').where('person_id', source.personId)
    case 'named':
      return db('titles').where('sort_title', source.sortTitle)
  }
}
