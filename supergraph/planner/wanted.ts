import {
  Kind,
  type ArgumentNode,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { mutationPropertyOf, propertyOf } from './properties.ts'
import type { RoutingFacts } from './routing-facts.ts'

/** One field that somebody wants of an object: the client, a key or a @requires. */
export interface WantedField {
  /** Under which property the value stands in our result tree; see `propertyOf`. */
  readonly key: string
  readonly name: string
  readonly arguments: readonly ArgumentNode[]
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

/** What the selections of a client's document want. */
export function wantedByClient(scope: SelectionScope, selections: readonly SelectionSetNode[]): Wanted {
  return new SelectionsWanted(scope, selections, propertyOf)
}

/** What the selections of a client's mutation want. */
export function wantedByMutation(scope: SelectionScope, selections: readonly SelectionSetNode[]): Wanted {
  return new SelectionsWanted(scope, selections, mutationPropertyOf)
}

/** What a key's or a @requires' field set wants. */
export function wantedByFieldSet(facts: RoutingFacts, fields: SelectionSetNode): Wanted {
  return new SelectionsWanted({ facts, fragments: new Map(), booleans: {} }, [fields], propertyOf)
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

/** What either of two wants: fields of one property are merged below. */
export function wantedByBoth(one: WantedFields, other: WantedFields): WantedFields {
  const both = new Map(one)
  for (const [key, field] of other) {
    const known = both.get(key)
    both.set(key, known?.sub && field.sub && known.sub !== field.sub ? withBoth(known, known.sub, field.sub) : field)
  }
  return both
}

function withBoth(field: WantedField, one: Wanted, other: Wanted): WantedField {
  const byType = new Map<string, WantedFields>()
  const fields = (typeName: string): WantedFields => {
    const both = byType.get(typeName) ?? wantedByBoth(one.fields(typeName), other.fields(typeName))
    byType.set(typeName, both)
    return both
  }
  return { ...field, sub: { fields } }
}

class SelectionsWanted implements Wanted {
  readonly #scope: SelectionScope
  readonly #selections: readonly SelectionSetNode[]
  /** The property of a field at the top; below, it is `propertyOf`. */
  readonly #keyOf: (node: FieldNode) => string
  readonly #byType = new Map<string, WantedFields>()

  constructor(scope: SelectionScope, selections: readonly SelectionSetNode[], keyOf: (node: FieldNode) => string) {
    this.#keyOf = keyOf
    this.#scope = scope
    this.#selections = selections
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
    return fields.set(key, { key, name: key, arguments: [], sub })
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
    const key = this.#keyOf(node)
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
        sub: selections.length === 0 ? undefined : new SelectionsWanted(this.#scope, selections, propertyOf),
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
export function isLeftOut(
  directives: readonly DirectiveNode[] | undefined,
  booleans: SelectionScope['booleans'],
): boolean {
  return (directives ?? []).some((directive) => {
    const name = directive.name.value
    if (name !== 'skip' && name !== 'include') return false
    const value = directive.arguments?.[0]?.value
    const holds =
      value?.kind === Kind.VARIABLE ? booleans[value.name.value] === true : value?.kind === Kind.BOOLEAN && value.value
    return name === 'skip' ? holds : !holds
  })
}
