import type { ArgumentNode, TypeNode } from 'graphql'

/** One step from an object of the result tree down to others. Lists are walked through. */
export interface PathStep {
  /** The property to read; see `propertyOf`. */
  readonly key: string
  /** Only objects of this type are meant; undefined where there are no others. */
  readonly typeName: string | undefined
}

/** What is asked of a value with fields, by the object type that the value may turn out to have. */
export interface Selection {
  /** The type that the subgraph declares. */
  readonly typeName: string
  readonly isAbstract: boolean
  readonly byType: Map<string, SelectedFields>
}

export type SelectedFields = Map<string, SelectedField>

export interface SelectedField {
  readonly key: string
  readonly name: string
  readonly arguments: readonly ArgumentNode[]
  /** As the subgraph declares it. */
  readonly type: TypeNode
  readonly sub: Selection | undefined
}

/** One part of a representation: the property that holds a value, and the name under which the subgraph expects it. */
export interface InputField {
  readonly key: string
  readonly name: string
  readonly isKey: boolean
  readonly sub: ReadonlyMap<string, InputField> | undefined
}

/** One visit to a subgraph: root fields, or further fields of the objects at a path. */
export interface Fetch {
  readonly id: number
  readonly subgraph: string
  readonly path: readonly PathStep[]
  readonly selection: Selection
  /** What representations say, or undefined for root fields. */
  readonly entity: { readonly typeName: string; readonly inputs: Map<string, InputField> } | undefined
  /** The fetches whose answers this one needs. */
  readonly dependsOn: Set<Fetch>
}

/** Whether a fetch needs another one, directly or through others. */
export function dependsOn(fetch: Fetch, other: Fetch): boolean {
  if (fetch === other) return true
  for (const dependency of fetch.dependsOn) if (dependsOn(dependency, other)) return true
  return false
}
