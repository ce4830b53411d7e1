import type { z } from 'zod'
import { listOf, textWithout } from '../declarative/fields.ts'
import { readJsonFields, writeJson, type Fields } from '../json-fields.ts'

/** What a transformer changes: headers, the arguments of a query or a form, the fields of a JSON body. */
export interface FieldStore<Value> {
  has(name: string): boolean
  remove(name: string): void
  rename(from: string, to: string): void
  set(name: string, value: Value): void
  append(name: string, value: Value): void
}

type Pair<Value> = readonly [name: string, value: Value]

export interface Changes<Value> {
  readonly remove: readonly string[]
  readonly rename: ReadonlyArray<Pair<string>>
  readonly replace: ReadonlyArray<Pair<Value>>
  readonly add: ReadonlyArray<Pair<Value>>
  readonly append: ReadonlyArray<Pair<Value>>
}

/** Removes, renames, replaces what is there, adds what is not, and appends, in this order. */
export function applyChanges<Value>(changes: Changes<Value>, fields: FieldStore<Value>): void {
  for (const name of changes.remove) fields.remove(name)
  for (const [from, to] of changes.rename) if (fields.has(from)) fields.rename(from, to)
  for (const [name, value] of changes.replace) if (fields.has(name)) fields.set(name, value)
  for (const [name, value] of changes.add) if (!fields.has(name)) fields.set(name, value)
  for (const [name, value] of changes.append) fields.append(name, value)
}

type Action = keyof Changes<unknown>

/** A transformer's settings: lists for each thing that it changes. */
export type Settings<Part extends string> = Readonly<Record<Action, Readonly<Record<Part, readonly string[]>>>>

/** What is asked of one thing, each value compiled (those that come out as undefined are left out); undefined for nothing. */
export function compileChanges<Part extends string, Value>(
  settings: Settings<Part>,
  part: Part,
  compile: (value: string, action: 'replace' | 'add' | 'append', index: number) => Value | undefined,
): Changes<Value> | undefined {
  const valuesOf = (action: 'replace' | 'add' | 'append'): Array<Pair<Value>> =>
    settings[action][part].map(pairOf).flatMap(([name, written], index) => {
      const value = written === '' ? undefined : compile(written, action, index)
      return value === undefined ? [] : [[name, value] as const]
    })
  const changes = {
    remove: settings.remove[part].map((entry) => pairOf(entry)[0]),
    rename: settings.rename[part].map(pairOf).filter(([, to]) => to !== ''),
    replace: valuesOf('replace'),
    add: valuesOf('add'),
    append: valuesOf('append'),
  }
  return Object.values(changes).some((list) => list.length > 0) ? changes : undefined
}

/** Name and value of an entry: all colons after the name are dropped. */
function pairOf(entry: string): Pair<string> {
  const [, name = entry, value = ''] = /^([^:]+):*(.*)$/s.exec(entry) ?? []
  return [name, value]
}

/** A list of texts with which nothing may be wrong. */
function listWithout(problemOf: (entry: string) => string | undefined): z.ZodDefault<z.ZodArray<z.ZodString>> {
  return listOf(textWithout(problemOf)).default([])
}

const noPair = (entry: string): string | undefined => (/^[^:]+:/.test(entry) ? undefined : `invalid value: ${entry}`)
const noHeader = (name: string): string | undefined =>
  /^[\w-]+$/.test(name) ? undefined : `'${name}' is not a valid header`

/** Names; a value after a colon is allowed and means nothing. */
export const names = listWithout(() => undefined)
export const headerNames = listWithout((entry) => noHeader(pairOf(entry)[0]))
/** Entries as in `name:value`. */
export const pairs = listWithout(noPair)
export const filledPairs = listWithout((entry) =>
  pairOf(entry)[1] === '' ? `key '${pairOf(entry)[0]}' has no value` : undefined,
)
export const headerPairs = listWithout((entry) => noPair(entry) ?? noHeader(pairOf(entry)[0]))
/** Old and new names of headers. */
export const headerRenames = listWithout(
  (entry) => noPair(entry) ?? noHeader(pairOf(entry)[0]) ?? noHeader(pairOf(entry)[1]),
)

/** The fields of a JSON object under change. Lua takes `false` for something that is not there. */
class JsonStore implements FieldStore<unknown> {
  readonly #fields: Fields

  constructor(fields: Fields) {
    this.#fields = fields
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined && this.#fields[name] !== false
  }

  set(name: string, value: unknown): void {
    this.#fields[name] = value
  }

  /** To a text or a list; anything else makes room for a list of the one value. */
  append(name: string, value: unknown): void {
    const there = this.#fields[name]
    this.#fields[name] = typeof there === 'string' || Array.isArray(there) ? [there, value].flat() : [value]
  }

  remove(name: string): void {
    delete this.#fields[name]
  }

  rename(from: string, to: string): void {
    this.#fields[to] = this.#fields[from]
    if (to !== from) delete this.#fields[from]
  }
}

/** Changes the fields of a JSON object; any other text stays as it is. */
export function changeJson(json: string, changes: Changes<unknown>): string {
  const fields = readJsonFields(json)
  if (!fields) return json
  applyChanges(changes, new JsonStore(fields))
  return writeJson(fields)
}
