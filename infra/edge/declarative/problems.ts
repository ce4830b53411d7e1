import type { z } from 'zod'

type Node = Map<string | number, Node | string>

/** Where a problem is: field names, and positions that count from 0. */
export type ProblemPath = ReadonlyArray<string | number>

/** What is wrong with a file, as the tree that `kong config parse` prints. */
export class Problems {
  readonly #root: Node = new Map()

  get isEmpty(): boolean {
    return this.#root.size === 0
  }

  /** The first problem of a place stays; a place inside another's problem joins it as an entity check. */
  add(path: ProblemPath, message: string): void {
    const names = path.map((step) => (typeof step === 'number' ? step + 1 : step))
    const last = names.pop() ?? '@entity'
    let node = this.#root
    for (const name of names) node = childOf(node, name)
    const there = node.get(last)
    if (there === undefined) node.set(last, message)
    else if (typeof there !== 'string') appendEntityCheck(there, message)
  }

  /** Takes over what a schema found, each issue below `path`; see PluginKind.config for what they mean. */
  addIssues(path: ProblemPath, issues: readonly z.core.$ZodIssue[]): void {
    for (const issue of issues) {
      // `as`: our schemas have no symbols for keys.
      const place = [...path, ...(issue.path as Array<string | number>)]
      if (issue.code === 'unrecognized_keys') for (const key of issue.keys) this.add([...place, key], 'unknown field')
      else if (issue.code === 'custom' && issue.params?.['entityCheck'] !== undefined) {
        this.addEntityCheck(issue.params['entityCheck'] === 'plugin' ? place.slice(0, -1) : place, issue.message)
      } else this.add(place, issue.message)
    }
  }

  /** A problem of an entity as a whole. */
  addEntityCheck(path: ProblemPath, message: string): void {
    let node = this.#root
    for (const step of path) node = childOf(node, typeof step === 'number' ? step + 1 : step)
    appendEntityCheck(node, message)
  }

  toString(): string {
    return linesOf(this.#root, '', '').join('\n')
  }
}

function childOf(node: Node, name: string | number): Node {
  const child = node.get(name)
  if (child instanceof Map) return child
  const made: Node = new Map()
  node.set(name, made)
  if (child !== undefined) appendEntityCheck(made, child)
  return made
}

function appendEntityCheck(node: Node, message: string): void {
  const checks = childOf(node, '@entity')
  checks.set(checks.size + 1, message)
}

function linesOf(node: Node, collection: string | number, indent: string): string[] {
  // Kong prints an entity's own checks after its fields.
  const entries = [...node].toSorted(([a], [b]) => Number(a === '@entity') - Number(b === '@entity'))
  return entries.flatMap(([name, value]) => {
    const place = typeof name === 'number' ? `- in entry ${name} of '${collection}'` : `in '${name}'`
    if (typeof value === 'string') return [`${indent}${place}: ${value}`]
    return [`${indent}${place}:`, ...linesOf(value, name, `${indent}  `)]
  })
}

/** A file that the edge cannot run with; its message is what `kong config parse` prints after `Error: `. */
export class DeclarativeError extends Error {
  override readonly name = 'DeclarativeError'

  constructor(reason: string) {
    super(`Failed parsing:\n${reason}`)
  }
}
