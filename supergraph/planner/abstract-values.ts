import type { RoutingFacts, TypeFacts } from './routing-facts.ts'
import type { Wanted, WantedField, WantedFields } from './wanted.ts'

/** How many types that something is wanted of are no types of such a value in a subgraph, though they are elsewhere. */
export function strangersTo({ types }: RoutingFacts, type: TypeFacts | undefined, wanted: Wanted): number {
  if (!type?.isAbstract) return 0
  const others = [...(types.get(type.name)?.possibleTypes ?? [])].filter(
    (possible) => !type.possibleTypes.includes(possible),
  )
  return others.filter((possible) => wanted.fields(possible).size > 0).length
}

/** What is wanted of an interface of which a subgraph has no implementation, and not the field either. */
export function undeclaredBy(type: TypeFacts | undefined, wanted: Wanted): Map<string, WantedFields> {
  if (!type?.isAbstract || type.possibleTypes.length > 0) return new Map()
  const fields = [...wanted.fields(type.name)].filter(([, { name }]) => name !== '__typename' && !type.fields.has(name))
  return new Map(fields.length === 0 ? [] : [[type.name, new Map(fields)]])
}

/**
 * Fields of an interface that one of its implementations cannot have at all. No subgraph is asked for the others': of one
 * value, which may be any of them, one subgraph answers such a field.
 */
export function lostByAny(
  shared: WantedFields,
  assignments: ReadonlyArray<{ readonly fields: WantedFields; readonly missing: readonly WantedField[] }>,
): Set<string> {
  const whole = assignments.flatMap(({ fields, missing }) => missing.filter((field) => fields.get(field.key) === field))
  return new Set(whole.map(({ key }) => key).filter((key) => shared.has(key)))
}
