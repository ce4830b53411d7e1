import type { Range, TitleFilter } from './filter.ts'
import { everyTitle, scopes } from './listing-scopes.ts'
import { keyRangeOf, type KeyRange } from './sort-keys.ts'

/** The folded terms by which one typed word may be found: any of the terms, or any term that starts with the prefix. */
export interface WordMatch {
  readonly terms: readonly string[]
  readonly prefix: string | null
}

/** A filter in the terms of title_listings; all parts hold together. */
export interface Conditions {
  /** Listed in each of these scopes; never empty. */
  readonly every: readonly string[]
  /** Listed in at least one scope of each group. */
  readonly some: ReadonlyArray<readonly string[]>
  /** Listed in none of these scopes. */
  readonly none: readonly string[]
  readonly keyRanges: readonly KeyRange[]
  readonly runtimeMinutes: Range | undefined
  /** Each typed word is found. */
  readonly words: readonly WordMatch[]
  readonly personId: number | undefined
}

/** Translates a filter within a scope; `words` are those of the filter's text. */
export function conditionsOf(filter: TitleFilter, scope = everyTitle, words: readonly WordMatch[] = []): Conditions {
  const groups = [
    filter.originIn?.map(scopes.country),
    filter.availableIn?.map(scopes.region),
    filter.genresAny?.map(scopes.genre),
    filter.languages?.map(scopes.language),
  ].flatMap((group) => (group && group.length > 0 ? [group] : []))
  const each = [
    scope,
    ...(filter.originAll ?? []).map(scopes.country),
    ...(filter.genresAll ?? []).map(scopes.genre),
    ...groups.filter((group) => group.length === 1).flat(),
  ]
  const narrower = [...new Set(each)].filter((name) => name !== everyTitle)
  return {
    every: narrower.length > 0 ? narrower : [everyTitle],
    some: groups.filter((group) => group.length > 1),
    none: [...(filter.originNotIn ?? []).map(scopes.country), ...(filter.genresNone ?? []).map(scopes.genre)],
    keyRanges: keyRangesOf(filter),
    runtimeMinutes: isOpen(filter.runtimeMinutes) ? undefined : filter.runtimeMinutes,
    words,
    personId: undefined,
  }
}

/** Whether the conditions are one scope and nothing else: a documented list that one index range answers. */
export function isSingleScope(conditions: Conditions): boolean {
  const { every, some, none, keyRanges, runtimeMinutes, words, personId } = conditions
  const others = [some, none, keyRanges, words].every((part) => part.length === 0)
  return every.length === 1 && others && runtimeMinutes === undefined && personId === undefined
}

function keyRangesOf({ year, rating, votes }: TitleFilter): KeyRange[] {
  const ranges = [
    ['year_key', year],
    ['rating_key', rating],
    ['votes_key', votes],
  ] as const
  return ranges.flatMap(([column, range]) =>
    range === undefined || isOpen(range) ? [] : [keyRangeOf(column, range.min, range.max)],
  )
}

function isOpen(range: Range | undefined): boolean {
  return range?.min === undefined && range?.max === undefined
}
