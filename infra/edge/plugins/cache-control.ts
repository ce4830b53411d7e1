import type { HeaderList } from '../header-list.ts'

/** Directives of Cache-Control by name in lower case; true for those without a value. */
export type Directives = ReadonlyMap<string, string | number | true>

/** Reads the directives of all Cache-Control lines. */
export function readDirectives(lines: readonly string[]): Directives {
  const all = new Map<string, string | number | true>()
  if (lines.length === 0) return all
  for (const directive of lines.join(',').split(',')) {
    const [, name, value] = /^\s*([^=\s]+)\s*(?:=\s*"?([^"]*?)"?\s*)?$/.exec(directive) ?? []
    if (name === undefined) continue
    all.set(name.toLowerCase(), value === undefined ? true : /^\d+$/.test(value) ? Number(value) : value)
  }
  return all
}

/** How long an answer may be kept by its own headers, in seconds; 0 for one that may not. */
export function lifetimeOf(headers: HeaderList, now: number): number {
  const directives = readDirectives(headers.getAll('cache-control'))
  if (['private', 'no-store', 'no-cache'].some((name) => directives.has(name))) return 0
  const given = directives.get('s-maxage') ?? directives.get('max-age')
  if (typeof given === 'number') return given
  const expires = Date.parse(headers.getAll('expires').at(-1) ?? '')
  return Number.isNaN(expires) ? 0 : Math.max(0, Math.floor((expires - now) / 1000))
}
