import type { z } from 'zod'
import { listOf, record, text } from '../declarative/fields.ts'
import { isTemplate } from './templates.ts'

/** A list of names; a value after a colon is allowed and means nothing. */
export const names = listOf(text).default([])

/** A list of `name:value`. */
export const pairs = listOf(
  text.refine((entry) => /^[^:]+:/.test(entry), { error: ({ input }) => `key '${String(input)}' has no value` }),
).default([])

/** A list of `name:value` whose values may be templates. */
export const templatedPairs = pairs.refine((entries) => entries.every(isTemplate), {
  error: 'the embedded edge knows $(headers.x), $(query_params.x) and $(uri_captures.x) of Lua: run Kong',
})

/** A record whose absence means its defaults. */
export function part<Shape extends z.ZodRawShape>(shape: Shape): z.ZodPrefault<ReturnType<typeof record<Shape>>> {
  return record(shape).prefault({} as never) // `as`: every field of these records has a default
}

/** Name and value of an entry: all colons after the name are dropped. */
export function pairOf(entry: string): readonly [name: string, value: string] {
  const [, name = entry, value = ''] = /^([^:]+):*(.*)$/s.exec(entry) ?? []
  return [name, value]
}

/** The names of a list. */
export function namesOf(entries: readonly string[]): string[] {
  return entries.map((entry) => pairOf(entry)[0])
}
