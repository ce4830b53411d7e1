import { z } from 'zod'
import type { LogEntry } from './log-entry.ts'
import { text } from '../declarative/fields.ts'

/** `custom_fields_by_lua`: of Lua the embedded edge knows `return nil`, which takes a field out. */
export const customFields = z
  .record(text, text.regex(/^\s*return\s+nil\s*;?\s*$/, 'the embedded edge knows `return nil` of Lua: run Kong'))
  .default({})

/** Takes fields out of an entry; a dotted name leads into its records. */
export function createCustomFields(fields: z.output<typeof customFields>): (entry: LogEntry) => void {
  // A backslash before a dot keeps it in the name.
  const paths = Object.keys(fields).map((name) => name.split(/(?<!\\)\./).map((part) => part.replaceAll('\\.', '.')))
  return (entry) => {
    for (const path of paths) takeOut(entry, path)
  }
}

function takeOut(entry: LogEntry, [name = '', ...rest]: readonly string[]): void {
  const inner = entry[name]
  if (rest.length === 0) delete entry[name]
  else if (typeof inner === 'object' && inner !== null) {
    // `as`: an own copy, since entities and headers of other entries may be shared.
    const copy = { ...(inner as LogEntry) }
    entry[name] = copy
    takeOut(copy, rest)
  }
}
