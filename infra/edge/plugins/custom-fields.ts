import { z } from 'zod'
import type { LogEntry } from './log-entry.ts'
import { text } from './fields.ts'

/** A value that a custom field puts in its place; `undefined` takes the field out of the entry. */
type FieldValue = string | number | boolean | undefined

const statement = /^\s*return\s+(?:(nil)|(true|false)|(-?\d+(?:\.\d+)?)|"([^"\\]*)"|'([^'\\]*)')\s*;?\s*$/

/**
 * `custom_fields_by_lua`: of Lua the embedded edge knows `return nil` (takes a field out) and the return of one text,
 * number or truth value.
 */
export const customFields = z
  .record(text(), text().regex(statement, 'the embedded edge knows `return nil` and one value of Lua: run Kong'))
  .optional()

/** Applies the custom fields to an entry; a dotted name leads into its records. */
export function createCustomFields(fields: z.output<typeof customFields>): (entry: LogEntry) => void {
  const rules = Object.entries(fields ?? {}).map(([name, code]) => ({ path: pathOf(name), value: valueOf(code) }))
  return (entry) => {
    for (const { path, value } of rules) put(entry, path, value)
  }
}

/** A backslash before a dot keeps it in the name. */
function pathOf(name: string): string[] {
  return name.split(/(?<!\\)\./).map((part) => part.replaceAll('\\.', '.'))
}

function valueOf(code: string): FieldValue {
  const [, isNil, truth, digits, double, single] = statement.exec(code) ?? []
  if (isNil) return undefined
  if (truth) return truth === 'true'
  return digits ? Number(digits) : (double ?? single)
}

function put(entry: LogEntry, [name = '', ...rest]: readonly string[], value: FieldValue): void {
  if (rest.length === 0) {
    if (value === undefined) delete entry[name]
    else entry[name] = value
    return
  }
  const inner = entry[name] ?? (value === undefined ? undefined : {})
  if (typeof inner !== 'object' || inner === null) return
  // `as`: an own copy, since entities and headers of other entries may be shared.
  const copy = { ...(inner as LogEntry) }
  entry[name] = copy
  put(copy, rest, value)
}
