import type { SelectionSetNode } from 'graphql'
import { providedFor } from './field-sets.ts'
import type { FieldFacts, RoutingFacts, TypeFacts } from './routing-facts.ts'
import { includesType, type WantedField } from './wanted.ts'

/** Where an object is at hand: in an answer of the subgraph, with the fields that a @provides adds. */
export interface Origin {
  readonly subgraph: string
  readonly typeName: string
  readonly provides: readonly SelectionSetNode[]
  /** Whether it was asked for by a key, which the subgraph has then, external or not. */
  readonly isEntered: boolean
}

/** Where no @provides adds anything. */
export function atHand(subgraph: string, typeName: string, isEntered: boolean): Origin {
  return { subgraph, typeName, provides: [], isEntered }
}

/** What can be said of objects and fields from where they are at hand, without asking how to get elsewhere. */
export class Lookup {
  readonly #facts: RoutingFacts

  constructor(facts: RoutingFacts) {
    this.#facts = facts
  }

  /** What a @provides on the field makes selectable below it. */
  providesBelow(origin: Origin, field: WantedField): readonly SelectionSetNode[] {
    const own = this.factsOf(origin, field)?.provides
    const inherited = this.#provided(origin, field.name) ?? []
    return own ? [...inherited, own] : inherited
  }

  /** The field as the origin's subgraph declares it, or undefined. */
  factsOf({ subgraph, typeName }: Origin, field: WantedField): FieldFacts | undefined {
    return this.typeFacts(subgraph, typeName)?.fields.get(field.name)
  }

  /** The type as the subgraph declares it, or undefined. */
  typeFacts(subgraph: string, typeName: string): TypeFacts | undefined {
    return this.#facts.subgraphs.get(subgraph)?.types.get(typeName)
  }

  /** The types under which a subgraph may know the object: its own, or an interface that is an object there. */
  homesOf(subgraph: string, typeName: string): string[] {
    const types = this.#facts.subgraphs.get(subgraph)?.types
    const homes = types?.has(typeName) ? [typeName] : []
    for (const type of types?.values() ?? []) {
      if (type.isInterfaceObject && type.name !== typeName && includesType(this.#facts, type.name, typeName))
        homes.push(type.name)
    }
    return homes
  }

  /** Whether a subgraph answers a field of an object that is at hand there; @requires aside. */
  isSelectable(origin: Origin, facts: FieldFacts): boolean {
    if (!facts.external || this.#provided(origin, facts.name)) return true
    if (!origin.isEntered) return false
    const keys = this.typeFacts(origin.subgraph, origin.typeName)?.keys ?? []
    return keys.some(({ names }) => names.has(facts.name))
  }

  #provided({ typeName, provides }: Origin, fieldName: string): readonly SelectionSetNode[] | undefined {
    if (provides.length === 0) return undefined
    return providedFor(provides, typeName, fieldName, (condition, type) => includesType(this.#facts, condition, type))
  }
}
