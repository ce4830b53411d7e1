/** One header as it stands on the wire: its name as spelt, and its value. */
export type HeaderLine = readonly [name: string, value: string]

/** The bit in which the two cases of a letter differ. */
const letterCase = 0x20

/**
 * Headers in the order and the spelling they came in, as Kong passes them on: repeated ones stay separate. Names are
 * compared without case. Values are Latin-1 text, as Node reads them. Kept in Node's and undici's flat form, so that
 * nothing is converted on the way through.
 */
export class HeaderList {
  readonly #raw: string[]

  /** Takes the flat list over: name, value, name, value. */
  constructor(raw: string[] = []) {
    this.#raw = raw
  }

  /** A copy of Node's flat `rawHeaders`. */
  static fromRaw(rawHeaders: readonly string[]): HeaderList {
    return new HeaderList(rawHeaders.slice())
  }

  /** The first value of a name, undefined where it does not stand. */
  get(name: string): string | undefined {
    const index = this.#find(name.toLowerCase(), 0)
    return index < 0 ? undefined : this.#raw[index + 1]
  }

  getAll(name: string): string[] {
    const key = name.toLowerCase()
    const values: string[] = []
    for (let index = this.#find(key, 0); index >= 0; index = this.#find(key, index + 2)) {
      values.push(this.#raw[index + 1] ?? '')
    }
    return values
  }

  has(name: string): boolean {
    return this.#find(name.toLowerCase(), 0) >= 0
  }

  /** Adds a line at the end, beside others of its name. */
  append(name: string, value: string): void {
    this.#raw.push(name, value)
  }

  /** Puts one value in the place of all of its name. */
  set(name: string, value: string): void {
    this.remove(name)
    this.append(name, value)
  }

  remove(name: string): void {
    const key = name.toLowerCase()
    for (let index = this.#find(key, 0); index >= 0; index = this.#find(key, index)) this.#raw.splice(index, 2)
  }

  /** Puts every line under another name, in the place of those of that name; does nothing where the new name is empty. */
  rename(from: string, to: string): void {
    const values = this.getAll(from)
    if (values.length === 0 || to === '') return
    this.remove(from)
    this.remove(to)
    for (const value of values) this.append(to, value)
  }

  /** Puts the lines of another list in the place of all of their names. */
  replaceAll(other: HeaderList): void {
    const lines = other.#raw
    for (let index = 0; index < lines.length; index += 2) this.remove(lines[index] ?? '')
    this.#raw.push(...lines)
  }

  /** Every line in order. */
  *[Symbol.iterator](): Iterator<HeaderLine> {
    for (let index = 0; index < this.#raw.length; index += 2) {
      yield [this.#raw[index] ?? '', this.#raw[index + 1] ?? '']
    }
  }

  /** Node's and undici's flat form, not a copy. */
  toRaw(): readonly string[] {
    return this.#raw
  }

  #find(key: string, from: number): number {
    const raw = this.#raw
    const first = key.charCodeAt(0)
    for (let index = from; index < raw.length; index += 2) {
      const name = raw[index] ?? ''
      // Length and first letter first: most names need no lower-case copy.
      if (name.length !== key.length || (name.charCodeAt(0) | letterCase) !== (first | letterCase)) continue
      if (name === key || name.toLowerCase() === key) return index
    }
    return -1
  }
}
