import type { FieldStore } from './changes.ts'

type Value = string | true

const mostArguments = 1000

/** Arguments of a query or a form: the values of each name in order; `true` is a name without '='. */
export class Arguments implements FieldStore<string> {
  readonly #values = new Map<string, Value[]>()

  /** Reads a query (without '?') or a form. What cannot be decoded stands as it is. */
  static read(text: string | undefined): Arguments {
    const all = new Arguments()
    if (!text) return all
    for (const pair of text.split('&', mostArguments)) {
      const equals = pair.indexOf('=')
      const name = decode(equals < 0 ? pair : pair.slice(0, equals))
      if (name !== '') all.append(name, equals < 0 ? true : decode(pair.slice(equals + 1)))
    }
    return all
  }

  get names(): string[] {
    return [...this.#values.keys()]
  }

  getAll(name: string): readonly Value[] {
    return this.#values.get(name) ?? []
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  set(name: string, value: string): void {
    this.#values.set(name, [value])
  }

  append(name: string, value: Value): void {
    const values = this.#values.get(name)
    if (values) values.push(value)
    else this.#values.set(name, [value])
  }

  remove(name: string): void {
    this.#values.delete(name)
  }

  rename(from: string, to: string): void {
    const values = this.#values.get(from)
    this.#values.delete(from)
    if (values && to !== '') this.#values.set(to, values)
  }

  /** One value for a name that stands once, a list for one that is repeated. */
  toRecord(): Record<string, unknown> {
    return Object.fromEntries(
      [...this.#values].map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
    )
  }

  /** By name in order, as Kong writes them whenever a plugin has changed them. */
  toString(): string {
    return this.names
      .toSorted()
      .flatMap((name) => this.getAll(name).map((value) => pairOf(name, value)))
      .join('&')
  }
}

/** Takes a name out of a request's query; the rest is written anew, as Kong does even where the name was not there. */
export function removeArgument(request: { query: string | undefined }, name: string): void {
  if (request.query === undefined) return
  const all = Arguments.read(request.query)
  all.remove(name)
  request.query = all.toString() || undefined
}

function pairOf(name: string, value: Value): string {
  return value === true ? escapeArgument(name) : `${escapeArgument(name)}=${escapeArgument(value)}`
}

/** Percent-encodes text as Kong does: the escapes are in lower case. */
function escapeArgument(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}
