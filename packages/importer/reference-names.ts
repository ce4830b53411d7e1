import type { NamedReferenceData } from '@movieverse/titles/reference/reference-data.ts'
import { fold } from '@movieverse/titles/search/folding.ts'

/** Codes by the names that sources use, in any case and with or without accents. */
export interface ReferenceNames {
  readonly countries: NameTable
  readonly languages: NameTable
  readonly genres: NameTable
}

/** Codes by folded name. */
export type NameTable = ReadonlyMap<string, string>

/** The tables of all names and aliases. */
export function referenceNamesOf({ countries, languages, genres }: NamedReferenceData): ReferenceNames {
  return { countries: tableOf(countries), languages: tableOf(languages), genres: tableOf(genres) }
}

/** The code that a name stands for, if any. */
export function codeOf(table: NameTable, name: string): string | undefined {
  return table.get(fold(name))
}

/**
 * The codes of names separated by ", ", in order and without repetition, and the names that no code has. A name that
 * itself holds the separator ("Greek, Ancient (to 1453)") is taken whole: at each place the longest known name wins.
 */
export function codesOf(table: NameTable, text: string): { codes: string[]; unknown: string[] } {
  const parts = text.split(',').map((part) => part.trim())
  const codes = new Set<string>()
  const unknown: string[] = []
  for (let start = 0; start < parts.length;) {
    const { code, length } = longestName(table, parts, start)
    if (code !== undefined) codes.add(code)
    else if (parts[start] !== '') unknown.push(parts[start] ?? '')
    start += length
  }
  return { codes: [...codes], unknown }
}

const partsAtMost = 3

function longestName(
  table: NameTable,
  parts: readonly string[],
  start: number,
): { code: string | undefined; length: number } {
  for (let length = Math.min(partsAtMost, parts.length - start); length > 1; length -= 1) {
    const code = codeOf(table, parts.slice(start, start + length).join(', '))
    if (code !== undefined) return { code, length }
  }
  return { code: codeOf(table, parts[start] ?? ''), length: 1 }
}

function tableOf(entries: ReadonlyArray<{ code: string; name: string; aliases?: readonly string[] }>): NameTable {
  const names = entries.flatMap(({ code, name, aliases = [] }) =>
    [name, ...aliases].map((one) => [fold(one), code] as const),
  )
  return new Map(names)
}
