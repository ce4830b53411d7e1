import {
  Kind,
  print,
  type ArgumentNode,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { RoutingFacts } from './routing-facts.ts'

/** One field that somebody wants of an object: the client, a key or a @requires. */
export interface WantedField {
  /** Under which property the value stands in our result tree; see `propertyOf`. */
  readonly key: string
  readonly name: string
  readonly arguments: readonly ArgumentNode[]
  /** The client's name for it, for error paths; undefined where only keys or @requires want it. */
  readonly responseKey: string | undefined
  readonly sub: Wanted | undefined
}

export type WantedFields = ReadonlyMap<string, WantedField>

/** What is wanted of a value, by the object type that the value turns out to have. */
export interface Wanted {
  fields(typeName: string): WantedFields
  /** The types that must be answered for, where this is the rest of what others could not. */
  readonly exactly?: ReadonlyMap<string, WantedFields>
}

/** What decides how a document's selections read: one plan is made for one of these. */
export interface SelectionScope {
  readonly facts: RoutingFacts
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  /** Values of the Boolean variables that @skip and @include name. */
  readonly booleans: Readonly<Record<string, unknown>>
}

const properties = new WeakMap<FieldNode, string>()

/**
 * The property of our result tree that holds a field: its name, whatever the client calls it, so that compiled property
 * reads find it and a client's aliases never clash with keys or with each other. A field that is given arguments may
 * have several values in one object, so its property tells them apart.
 */
export function propertyOf(node: FieldNode): string {
  const name = node.name.value
  if (!node.arguments || node.arguments.length === 0) return name
  const property = properties.get(node) ?? `${name}__${fingerprint(node.arguments.map(print).toSorted().join())}`
  properties.set(node, property)
  return property
}

/** A short name for a text, 53 bits of it: cyrb53 of https://github.com/bryc/code (public domain). */
function fingerprint(text: string): string {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36)
}

/** What the selections of a client's document want. */
export function wantedByClient(scope: SelectionScope, selections: readonly SelectionSetNode[]): Wanted {
  return new SelectionsWanted(scope, selections, false)
}

/** What a key's or a @requires' field set wants. */
export function wantedByFieldSet(facts: RoutingFacts, fields: SelectionSetNode): Wanted {
  return new SelectionsWanted({ facts, fragments: new Map(), booleans: {} }, [fields], true)
}

/** Exactly these fields for each of the types. */
export function wantedExactly(byType: ReadonlyMap<string, WantedFields>): Wanted {
  const none: WantedFields = new Map()
  return { fields: (typeName) => byType.get(typeName) ?? none, exactly: byType }
}

/** What is wanted, without what is missing there. */
export function wantedWithout(wanted: Wanted, missing: ReadonlyMap<string, WantedFields>): Wanted {
  const byType = new Map<string, WantedFields>()
  return {
    fields(typeName) {
      const lost = missing.get(typeName)
      if (!lost) return wanted.fields(typeName)
      const fields = byType.get(typeName) ?? fieldsWithout(wanted.fields(typeName), lost)
      byType.set(typeName, fields)
      return fields
    },
  }
}

function fieldsWithout(fields: WantedFields, missing: WantedFields): WantedFields {
  const left = new Map<string, WantedField>()
  for (const [key, field] of fields) {
    const lost = missing.get(key)
    if (!lost) left.set(key, field)
    else if (lost !== field && field.sub && lost.sub?.exactly)
      left.set(key, { ...field, sub: wantedWithout(field.sub, lost.sub.exactly) })
  }
  return left
}

class SelectionsWanted implements Wanted {
  readonly #scope: SelectionScope
  readonly #selections: readonly SelectionSetNode[]
  readonly #hidden: boolean
  readonly #byType = new Map<string, WantedFields>()

  constructor(scope: SelectionScope, selections: readonly SelectionSetNode[], hidden: boolean) {
    this.#scope = scope
    this.#selections = selections
    this.#hidden = hidden
  }

  fields(typeName: string): WantedFields {
    let fields = this.#byType.get(typeName)
    if (!fields) {
      const collected = new Map<string, Collected>()
      for (const set of this.#selections) this.#collect(typeName, set, collected)
      const typed = this.#isTyped(typeName, this.#selections)
      fields = typed ? this.#withTyped(this.#merge(collected)) : this.#merge(collected)
      this.#byType.set(typeName, fields)
    }
    return fields
  }

  /** Whether more is wanted of some implementations of an interface than of all. */
  #isTyped(typeName: string, selections: readonly SelectionSetNode[]): boolean {
    const { facts, fragments, booleans } = this.#scope
    if (!facts.types.get(typeName)?.isAbstract) return false
    return selections.some((set) =>
      set.selections.some((node) => {
        if (node.kind === Kind.FIELD || isLeftOut(node.directives, booleans)) return false
        const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node
        const condition = fragment?.typeCondition?.name.value
        if (condition !== undefined && !includesType(facts, condition, typeName))
          return overlaps(facts, condition, typeName)
        return fragment !== undefined && this.#isTyped(typeName, [fragment.selectionSet])
      }),
    )
  }

  /** With a `__typename` below which stands what single implementations are asked for besides. */
  #withTyped(fields: Map<string, WantedField>): WantedFields {
    const sub: Wanted = {
      fields: (typeName) =>
        new Map([...this.fields(typeName)].filter(([key]) => key !== '__typename' && !fields.has(key))),
    }
    const key = '__typename'
    return fields.set(key, { key, name: key, arguments: [], responseKey: undefined, sub })
  }

  #collect(typeName: string, { selections }: SelectionSetNode, into: Map<string, Collected>): void {
    for (const node of selections) {
      if (isLeftOut(node.directives, this.#scope.booleans)) continue
      if (node.kind === Kind.FIELD) {
        this.#collectField(node, into)
        continue
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#scope.fragments.get(node.name.value) : node
      const condition = fragment?.typeCondition?.name.value
      if (fragment && (condition === undefined || includesType(this.#scope.facts, condition, typeName))) {
        this.#collect(typeName, fragment.selectionSet, into)
      }
    }
  }

  #collectField(node: FieldNode, into: Map<string, Collected>): void {
    const key = propertyOf(node)
    const known = into.get(key)
    if (known) known.push(node)
    else into.set(key, [node])
  }

  #merge(collected: Map<string, Collected>): Map<string, WantedField> {
    const fields = new Map<string, WantedField>()
    for (const [key, nodes] of collected) {
      const [first] = nodes
      const selections = nodes.flatMap((node) => node.selectionSet ?? [])
      fields.set(key, {
        key,
        name: first.name.value,
        arguments: first.arguments ?? [],
        responseKey: this.#hidden ? undefined : (first.alias ?? first.name).value,
        sub: selections.length === 0 ? undefined : new SelectionsWanted(this.#scope, selections, this.#hidden),
      })
    }
    return fields
  }
}

type Collected = [FieldNode, ...FieldNode[]]

/** Whether a value of the object type satisfies a fragment's type condition; of an interface only its own name does. */
export function includesType(facts: RoutingFacts, condition: string, typeName: string): boolean {
  return condition === typeName || (facts.types.get(condition)?.possibleTypes.has(typeName) ?? false)
}

function overlaps(facts: RoutingFacts, condition: string, typeName: string): boolean {
  const types = facts.types.get(typeName)?.possibleTypes ?? new Set()
  return !types.isDisjointFrom(facts.types.get(condition)?.possibleTypes ?? new Set())
}

/** Whether @skip or @include leaves a selection out. */
function isLeftOut(directives: readonly DirectiveNode[] | undefined, booleans: SelectionScope['booleans']): boolean {
  return (directives ?? []).some((directive) => {
    const name = directive.name.value
    if (name !== 'skip' && name !== 'include') return false
    const value = directive.arguments?.[0]?.value
    const holds =
      value?.kind === Kind.VARIABLE ? booleans[value.name.value] === true : value?.kind === Kind.BOOLEAN && value.value
    return name === 'skip' ? holds : !holds
  })
}
