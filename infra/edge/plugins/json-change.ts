import { readJsonFields, type Fields } from '../json-fields.ts'
import { applyChanges, type Changes, type FieldStore } from './changes.ts'

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

  /** A value that is a list adds its items. */
  append(name: string, value: unknown): void {
    this.#fields[name] = this.has(name) ? [this.#fields[name], value].flat() : value
  }

  remove(name: string): void {
    delete this.#fields[name]
  }

  rename(from: string, to: string): void {
    if (!this.has(from) || to === '') return
    this.#fields[to] = this.#fields[from]
    delete this.#fields[from]
  }
}

/** Changes the fields of a JSON object; any other text stays as it is. */
export function changeJson(body: Buffer, changes: Changes<unknown>, whereEmpty = ''): Buffer {
  const fields = readJsonFields(body.length > 0 ? body.toString() : whereEmpty)
  if (!fields) return body
  applyChanges(changes, new JsonStore(fields))
  return Buffer.from(JSON.stringify(fields))
}
