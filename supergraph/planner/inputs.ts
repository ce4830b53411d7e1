import type { Fetch, InputField } from './fetches.ts'
import type { RoutingFacts } from './routing-facts.ts'
import type { Wanted, WantedFields } from './wanted.ts'

/** Adds what representations of a fetch must say: fields of an object that its origin knows as a type. */
export function addInputs(facts: RoutingFacts, fetch: Fetch, typeName: string, wanted: WantedFields): void {
  const keys = keyNames(facts, fetch)
  for (const [key, field] of inputFields(facts, typeName, wanted)) {
    const known = fetch.entity?.inputs.get(key)
    fetch.entity?.inputs.set(key, { ...merge(known, field), isKey: keys.has(field.name) })
  }
}

/** Whether a fetch's representations already say something else under a name: a field with other arguments. */
export function saysOtherwise({ entity }: Fetch, wanted: WantedFields): boolean {
  const known = [...(entity?.inputs.values() ?? [])]
  return [...wanted.values()].some(({ key, name }) => known.some((input) => input.name === name && input.key !== key))
}

function keyNames(facts: RoutingFacts, { subgraph, selection }: Fetch): Set<string> {
  const keys = facts.subgraphs.get(subgraph)?.types.get(selection.typeName)?.keys ?? []
  return new Set(keys.flatMap(({ names }) => [...names]))
}

function inputFields(facts: RoutingFacts, typeName: string, wanted: WantedFields): Map<string, InputField> {
  const fields = new Map<string, InputField>()
  for (const [key, { name, sub }] of wanted) {
    fields.set(key, { key, name, isKey: false, sub: sub && inputsBelow(facts, typeName, name, sub) })
  }
  return fields
}

function inputsBelow(
  facts: RoutingFacts,
  typeName: string,
  fieldName: string,
  wanted: Wanted,
): Map<string, InputField> {
  const fields = new Map<string, InputField>()
  const type = facts.types.get(facts.types.get(typeName)?.fields.get(fieldName) ?? '')
  if (type?.isAbstract)
    fields.set('__typename', { key: '__typename', name: '__typename', isKey: false, sub: undefined })
  for (const possible of type?.possibleTypes ?? []) {
    for (const [key, field] of inputFields(facts, possible, wanted.fields(possible))) {
      fields.set(key, merge(fields.get(key), field))
    }
  }
  return fields
}

function merge(one: InputField | undefined, other: InputField): InputField {
  if (!one?.sub || !other.sub) return one ?? other
  const sub = new Map(one.sub)
  for (const [key, field] of other.sub) sub.set(key, merge(sub.get(key), field))
  return { ...one, sub }
}
