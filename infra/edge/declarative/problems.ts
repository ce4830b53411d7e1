import type { z } from 'zod'
import { isKongsField, isKongsPlugin } from './kong-only.ts'

type Node = Map<string | number, Node | string>

/** Where a problem is: field names, and positions that count from 0. */
export type ProblemPath = ReadonlyArray<string | number>

/** What is wrong with a file, as the tree that `kong config parse` prints. */
export class Problems {
  readonly #root: Node = new Map()
  /** What real Kong knows and the edge does not, in plain words. */
  readonly #advice = new Set<string>()

  throwIfAny(): void {
    if (this.#root.size > 0) throw new DeclarativeError([...linesOf(this.#root, '', ''), ...this.#advice].join('\n'))
  }

  /** The first problem of a place stays; a place inside another's problem joins it as an entity check. */
  add(path: ProblemPath, message: string): void {
    const node = this.#nodeOf(path.slice(0, -1))
    const last = path.at(-1) ?? '@entity'
    const there = node.get(last)
    if (there === undefined) node.set(last, message)
    else if (typeof there !== 'string') appendEntityCheck(there, message)
  }

  /** Takes over what a schema found, each issue below `path`; see PluginKind.config for what they mean. */
  addIssues(path: ProblemPath, issues: readonly z.core.$ZodIssue[]): void {
    for (const issue of issues) {
      // `as`: our schemas have no symbols for keys.
      const place = [...path, ...(issue.path as Array<string | number>)]
      const check = issue.code === 'custom' ? issue.params?.['entityCheck'] : undefined
      if (issue.code === 'unrecognized_keys') for (const key of issue.keys) this.#addUnknownField(place, key)
      else if (check === undefined) this.add(place, issue.message)
      else appendEntityCheck(this.#nodeOf(check === 'plugin' ? place.slice(0, -1) : place), issue.message)
    }
  }

  addUnknownPlugin(path: ProblemPath, name: string): void {
    this.add([...path, 'name'], `plugin '${name}' not enabled; add it to the 'plugins' configuration property`)
    if (isKongsPlugin(name))
      this.#advice.add(`The embedded edge does not have the plugin '${name}': run Kong to use it.`)
  }

  #addUnknownField(path: ProblemPath, name: string): void {
    this.add([...path, name], 'unknown field')
    if (isKongsField(name)) this.#advice.add(`The embedded edge does not know the field '${name}': run Kong to use it.`)
  }

  #nodeOf(path: ProblemPath): Node {
    return path.reduce(childOf, this.#root)
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
  checks.set(checks.size, message)
}

function linesOf(node: Node, collection: string | number, indent: string): string[] {
  // Kong prints an entity's own checks after its fields, and counts from 1.
  const entries = [...node].toSorted(([a], [b]) => Number(a === '@entity') - Number(b === '@entity'))
  return entries.flatMap(([step, value]) => {
    const name = typeof step === 'number' ? step + 1 : step
    const place = typeof step === 'number' ? `- in entry ${name} of '${collection}'` : `in '${name}'`
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
