import type { FieldFacts, RoutingFacts, TypeFacts } from './routing-facts.ts'

/** The labels of progressive overrides: `@override(from: "old", label: "percent(25)")`. */
export function overrideLabelsOf({ subgraphs }: RoutingFacts): ReadonlySet<string> {
  const fields = [...subgraphs.values()].flatMap(({ types }) => [...types.values()].flatMap(fieldsOf))
  return new Set(fields.flatMap(({ label }) => label?.text ?? []))
}

/**
 * Draws for one operation which labels hold: `percent(n)` does for n of 100 operations, any other label never. `random`
 * answers a number from 0 to 1.
 */
export function drawLabels(labels: ReadonlySet<string>, random: () => number): Set<string> {
  return new Set([...labels].filter((label) => random() * 100 < percentOf(label)))
}

function percentOf(label: string): number {
  return Number(/^percent\(([\d.]+)\)$/.exec(label)?.[1] ?? 0)
}

/** The facts where exactly these labels hold: a field is its new owner's where its label does, else the old one's. */
export function factsUnder(facts: RoutingFacts, holding: ReadonlySet<string>): RoutingFacts {
  const settle = (type: TypeFacts): TypeFacts => ({
    ...type,
    fields: new Map(fieldsOf(type).map((field) => [field.name, settled(field, holding)])),
  })
  const subgraphs = [...facts.subgraphs].map(([name, subgraph]) => {
    const types = new Map([...subgraph.types].map(([typeName, type]) => [typeName, settle(type)]))
    return [name, { ...subgraph, types }] as const
  })
  return { ...facts, subgraphs: new Map(subgraphs) }
}

function settled({ label, ...field }: FieldFacts, holding: ReadonlySet<string>): FieldFacts {
  const isOwner = label === undefined || holding.has(label.text) === label.isOfNewOwner
  return { ...field, label: undefined, external: field.external || !isOwner }
}

function fieldsOf({ fields }: TypeFacts): FieldFacts[] {
  return [...fields.values()]
}
