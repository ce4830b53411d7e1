import type { ResponseChanges } from '../response-transformer.ts'
import { namesOf, pairOf } from '../transformer-rules.ts'

type Fields = Record<string, unknown>
type Rule = readonly [name: string, value: unknown]

/** The change of JSON bodies that a plugin asks for; undefined for none. A body that is no JSON object stays as it is. */
export function createJsonChange(changes: ResponseChanges): ((body: Buffer) => Buffer) | undefined {
  const removed = namesOf(changes.remove.json)
  const renamed = changes.rename.json.map(pairOf)
  const [replaced = [], added = [], appended = []] = [changes.replace, changes.add, changes.append].map(rulesOf)
  if ([removed, renamed, replaced, added, appended].every((rules) => rules.length === 0)) return undefined
  const change = (fields: Fields): void => {
    for (const name of removed) delete fields[name]
    for (const [from, to] of renamed) {
      if (!isSet(fields[from]) || to === '') continue
      fields[to] = fields[from]
      delete fields[from]
    }
    for (const [name, value] of replaced) if (isSet(fields[name])) fields[name] = value
    for (const [name, value] of added) if (!isSet(fields[name])) fields[name] = value
    for (const [name, value] of appended) fields[name] = isSet(fields[name]) ? [fields[name], value].flat() : [value]
  }
  return (body) => {
    const fields = fieldsOf(body)
    if (!fields) return body
    change(fields)
    return Buffer.from(JSON.stringify(fields))
  }
}

/** Lua takes `false` for something that is not there. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== false
}

function rulesOf({ json, json_types: types }: ResponseChanges['add']): Rule[] {
  return json.map(pairOf).flatMap(([name, value], index) => (value === '' ? [] : [[name, cast(value, types[index])]]))
}

function cast(value: string, type: 'boolean' | 'number' | 'string' | undefined): unknown {
  if (type === 'boolean') return value === 'true'
  return type === 'number' && value.trim() !== '' && !Number.isNaN(Number(value)) ? Number(value) : value
}

function fieldsOf(body: Buffer): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body.toString())
    const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
    // `as`: a JSON object's fields may be anything.
    return isRecord ? (value as Fields) : undefined
  } catch {
    return undefined
  }
}
