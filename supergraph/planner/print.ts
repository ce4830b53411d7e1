import { Kind, print, visit, type ArgumentNode, type TypeNode } from 'graphql'
import type { PathStep, SelectedField, SelectedFields, Selection } from './fetches.ts'
import type { TypeFacts } from './routing-facts.ts'

/** A property that had to be asked for under another name, since two types gave the same name to unlike fields. */
export interface Rename {
  /** From the selection's own object to those that have the property. */
  readonly path: readonly PathStep[]
  readonly from: string
  readonly to: string
}

/** Text of a selection, with what has to be known about it. */
export interface PrintedSelection {
  readonly text: string
  /** The client's variables that it names. */
  readonly variables: ReadonlySet<string>
  readonly renames: readonly Rename[]
}

/** Prints what is asked of a subgraph below a root or an entity; `types` are that subgraph's. */
export function printSelection(types: ReadonlyMap<string, TypeFacts>, selection: Selection): PrintedSelection {
  const printer = new SelectionPrinter(types)
  const text = printer.print(selection, [])
  return { text, variables: printer.variables, renames: printer.renames }
}

class SelectionPrinter {
  readonly variables = new Set<string>()
  readonly renames: Rename[] = []
  readonly #types: ReadonlyMap<string, TypeFacts>

  constructor(types: ReadonlyMap<string, TypeFacts>) {
    this.#types = types
  }

  print(selection: Selection, path: readonly PathStep[]): string {
    if (!selection.isAbstract) {
      const fields = selection.byType.get(selection.typeName) ?? new Map()
      return `{${fields.size === 0 ? '__typename' : this.#fields(fields, path, new Map())}}`
    }
    const shared = sharedFields(this.#types.get(selection.typeName), selection)
    if (shared) return `{__typename ${this.#fields(shared, path, new Map())}}`
    const aliases = aliasesFor(selection)
    const fragments = [...selection.byType].map(([typeName, fields]) => {
      if (fields.size === 0) return ''
      const last = path.at(-1)
      const typed = last ? [...path.slice(0, -1), { ...last, typeName }] : path
      return `...on ${typeName}{${this.#fields(fields, typed, aliases.get(typeName) ?? new Map())}}`
    })
    return `{__typename ${fragments.join(' ')}}`
  }

  #fields(fields: SelectedFields, path: readonly PathStep[], aliases: ReadonlyMap<string, string>): string {
    return [...fields.values()].map((field) => this.#field(field, path, aliases.get(field.key))).join(' ')
  }

  #field(field: SelectedField, path: readonly PathStep[], alias: string | undefined): string {
    if (alias !== undefined) this.renames.push({ path, from: alias, to: field.key })
    const asked = alias ?? field.key
    const name = asked === field.name ? field.name : `${asked}:${field.name}`
    const step: PathStep = { key: field.key, typeName: undefined }
    return name + this.#arguments(field.arguments) + (field.sub ? this.print(field.sub, [...path, step]) : '')
  }

  #arguments(nodes: readonly ArgumentNode[]): string {
    if (nodes.length === 0) return ''
    for (const node of nodes) {
      visit(node, {
        [Kind.VARIABLE]: (variable) => {
          this.variables.add(variable.name.value)
        },
      })
    }
    return `(${nodes.map((node) => print(node)).join(',')})`
  }
}

/** The fields, where every possible type is asked for the same ones and has them as the interface itself has them. */
function sharedFields(type: TypeFacts | undefined, { byType }: Selection): SelectedFields | undefined {
  const [first] = byType.values()
  if (!type || !first || byType.size !== type.possibleTypes.length) return undefined
  const texts = new Set([...byType.values()].map(signatureOf))
  if (texts.size > 1) return undefined
  const isInterfaces = ({ name, type: own }: SelectedField): boolean => {
    const facts = type.fields.get(name)
    return facts !== undefined && print(facts.type) === print(own)
  }
  return [...byType.values()].every((fields) => [...fields.values()].every(isInterfaces)) ? first : undefined
}

function signatureOf(fields: SelectedFields): string {
  const parts = [...fields.values()].map(({ key, name, arguments: given, sub }) => {
    const below = sub ? [...sub.byType].map(([type, nested]) => `${type}{${signatureOf(nested)}}`).join() : ''
    return `${key}:${name}(${given.map((node) => print(node)).join()})${below}`
  })
  return parts.join()
}

/** Other names for properties whose like-named fields of other types have another shape, which one answer may not mix. */
function aliasesFor({ byType }: Selection): Map<string, Map<string, string>> {
  const seen = new Map<string, SelectedField>()
  const aliases = new Map<string, Map<string, string>>()
  for (const [typeName, fields] of byType) {
    for (const field of fields.values()) {
      const other = seen.get(field.key)
      if (!other) seen.set(field.key, field)
      else if (!isSameShape(other, field)) {
        const own = aliases.get(typeName) ?? new Map<string, string>()
        aliases.set(typeName, own.set(field.key, `${field.key}__${typeName}`))
      }
    }
  }
  return aliases
}

/** Whether two fields may stand under one name in one answer, by GraphQL's rule for fields of different types. */
export function isSameShape(one: SelectedField, other: SelectedField): boolean {
  if (wrappingOf(one.type) !== wrappingOf(other.type)) return false
  if (!one.sub || !other.sub) return one.sub === other.sub && innermost(one.type) === innermost(other.type)
  return isSameShapeBelow(one.sub, other.sub)
}

/** Whether two selections may be merged into one answer. */
export function isSameShapeBelow(one: Selection, other: Selection): boolean {
  for (const fields of one.byType.values()) {
    for (const others of other.byType.values()) {
      for (const field of fields.values()) {
        const like = others.get(field.key)
        if (like && !isSameShape(field, like)) return false
      }
    }
  }
  return true
}

function wrappingOf(type: TypeNode): string {
  if (type.kind === Kind.NAMED_TYPE) return ''
  return type.kind === Kind.LIST_TYPE ? `[${wrappingOf(type.type)}]` : `${wrappingOf(type.type)}!`
}

function innermost(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : innermost(type.type)
}
