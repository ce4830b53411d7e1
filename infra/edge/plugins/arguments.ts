import type { FieldStore } from './changes.ts'

type Value = string | true

/** Kong reads no more of a query or a form. */
const mostArguments = 100

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
    if (values) this.#values.set(to, values)
  }

  /** One value for a name that stands once, a list for one that is repeated. */
  toRecord(): Record<string, unknown> {
    return Object.fromEntries(
      [...this.#values].map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
    )
  }

  /** In order, as Kong writes them whenever a plugin has changed them: it sorts what it has encoded. */
  toString(): string {
    const written = [...this.#values].map(([name, values]) => values.map((value) => pairOf(name, value)).join('&'))
    return written.toSorted().join('&')
  }
}

function pairOf(name: string, value: Value): string {
  return value === true ? encode(name) : `${encode(name)}=${encode(value)}`
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}

function decode(text: string): string {
  return text.replaceAll('+', ' ').replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes)
    } catch {
      return escapes
    }
  })
}
