import { Kind, type SelectionSetNode, type TypeNode } from 'graphql'
import { Assigner } from './assign.ts'
import type { Assignment, Jump } from './choices.ts'
import {
  dependsOn,
  type Fetch,
  type InputField,
  type PathStep,
  type SelectedField,
  type SelectedFields,
  type Selection,
} from './fetches.ts'
import { addInputs, saysOtherwise } from './inputs.ts'
import { atHand, Lookup, type Origin } from './lookup.ts'
import type { RoutingFacts } from './routing-facts.ts'
import type { WantedField, WantedFields } from './wanted.ts'

/** A field that no subgraph can answer: a fault of the composition, not of the client. */
export class UnplannableError extends Error {
  override readonly name = 'UnplannableError'
}

const typenameType: TypeNode = {
  kind: Kind.NON_NULL_TYPE,
  type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'String' } },
}

/** Which subgraphs may answer a root field, where not all that declare it. */
export type RootRouting = (field: WantedField) => ReadonlySet<string> | undefined

/**
 * Plans the root fields of one type as a graph of fetches: which subgraph answers what, with what it needs first.
 * Throws an UnplannableError where a field is to be had nowhere.
 */
export function planFetches(
  facts: RoutingFacts,
  rootType: string,
  fields: Iterable<WantedField>,
  routing: RootRouting,
): Fetch[] {
  const builder = new FetchBuilder(facts)
  const assigner = new Assigner(facts)
  const assignment = assigner.assignRoots(rootType, fields, routing)
  return builder.build(assigner, rootType, assignment)
}

/** An object of the answer, which several fetches may fill. */
interface Place {
  readonly path: readonly PathStep[]
  /** The entity fetches that fill it, by subgraph and type. */
  readonly entries: Map<string, Entry[]>
}

/** A place as one fetch sees it. */
interface Entry extends Origin {
  readonly fetch: Fetch
  readonly selection: Selection
}

class FetchBuilder {
  readonly #facts: RoutingFacts
  readonly #lookup: Lookup
  readonly #fetches: Fetch[] = []
  readonly #places = new Map<string, Place>()
  #assigner!: Assigner

  constructor(facts: RoutingFacts) {
    this.#facts = facts
    this.#lookup = new Lookup(facts)
  }

  build(assigner: Assigner, rootType: string, { jumps, missing }: Assignment): Fetch[] {
    this.#assigner = assigner
    refuse(rootType, missing)
    const place = this.#placeAt([])
    for (const { subgraph, fields } of jumps) {
      const fetch = this.#addFetch(subgraph, [], rootType, undefined)
      const entry: Entry = { ...atHand(subgraph, rootType, false), fetch, selection: fetch.selection }
      for (const field of fields) this.#select(place, entry, field)
    }
    return this.#fetches
  }

  /** Plans fields of a place that is at hand in a fetch; answers the fetches that hold them all. */
  #plan(place: Place, entry: Entry, fields: WantedFields): Set<Fetch> {
    const { local, jumps, missing } = this.#assigner.assign(entry, fields)
    refuse(entry.typeName, missing)
    const sources = new Set<Fetch>()
    for (const field of local) addAll(sources, this.#select(place, entry, field))
    for (const jump of jumps) {
      const target = this.#enter(place, entry, jump)
      for (const field of jump.fields) addAll(sources, this.#selectIn(place, target, field))
    }
    return sources
  }

  /** The entity fetch that answers for a place in another subgraph: one that is planned already, or a new one. */
  #enter(place: Place, origin: Entry, { subgraph, typeName, inputs }: Jump): Entry {
    const sources = this.#plan(place, origin, inputs).add(origin.fetch)
    const slot = `${subgraph} ${typeName}`
    const entries = place.entries.get(slot) ?? []
    place.entries.set(slot, entries)
    let entry = entries.find(
      ({ fetch }) => !saysOtherwise(fetch, inputs) && ![...sources].some((source) => dependsOn(source, fetch)),
    )
    if (!entry) {
      const fetch = this.#addFetch(subgraph, place.path, typeName, new Map())
      entry = { ...atHand(subgraph, typeName, true), fetch, selection: fetch.selection }
      entries.push(entry)
    }
    addAll(entry.fetch.dependsOn, sources)
    addInputs(this.#facts, entry.fetch, origin.typeName, inputs)
    return entry
  }

  /** Selects a field for an entry, under each type that its value may have where its type is an interface. */
  #selectIn(place: Place, entry: Entry, field: WantedField): Set<Fetch> {
    if (!entry.selection.isAbstract) return this.#select(place, entry, field)
    const sources = new Set<Fetch>([entry.fetch])
    const possibleTypes = this.#lookup.typeFacts(entry.subgraph, entry.selection.typeName)?.possibleTypes ?? []
    for (const typeName of possibleTypes) {
      const typed = this.#placeAt(withType(place.path, typeName))
      const own = new Map([[field.key, field]])
      const fields = field.name === '__typename' ? (field.sub?.fields(typeName) ?? new Map()) : own
      addAll(sources, this.#plan(typed, { ...entry, typeName }, fields))
    }
    return sources
  }

  /** Selects a field that the entry's own subgraph answers, and plans what is wanted below it. */
  #select(place: Place, entry: Entry, field: WantedField): Set<Fetch> {
    const sources = new Set<Fetch>([entry.fetch])
    const facts = this.#lookup.factsOf(entry, field)
    if (!facts) return sources
    const fields = fieldsOf(entry.selection, entry.typeName)
    let selected = fields.get(field.key)
    if (!selected) {
      const sub = field.sub && this.#selectionOf(entry.subgraph, facts.namedType)
      const { key, name, arguments: given } = field
      selected = { key, name, arguments: given, type: facts.type, sub }
      fields.set(key, selected)
    }
    if (!field.sub || !selected.sub) return sources
    const provides = this.#lookup.providesBelow(entry, field)
    addAll(sources, this.#selectBelow(place, entry, field, selected.sub, provides))
    return sources
  }

  #selectBelow(
    place: Place,
    entry: Entry,
    field: WantedField,
    selection: Selection,
    provides: readonly SelectionSetNode[],
  ): Set<Fetch> {
    const sources = new Set<Fetch>()
    const isTyped = this.#facts.types.get(this.#composedTypeOf(entry.typeName, field.name))?.isAbstract ?? false
    for (const typeName of this.#lookup.typeFacts(entry.subgraph, selection.typeName)?.possibleTypes ?? []) {
      const wanted = field.sub?.fields(typeName)
      if (!wanted || wanted.size === 0) continue
      if (isTyped && !selection.isAbstract) this.#selectTypename(selection, entry.subgraph, typeName, wanted)
      const condition = isTyped && this.#facts.types.get(typeName)?.isAbstract === false ? typeName : undefined
      const step: PathStep = { key: field.key, typeName: condition }
      const below = this.#placeAt([...place.path, step])
      const { subgraph, fetch } = entry
      addAll(sources, this.#plan(below, { subgraph, typeName, provides, isEntered: false, fetch, selection }, wanted))
    }
    return sources
  }

  /**
   * An object says its type where that is one of several elsewhere. One that stands for an interface says that where nobody
   * wants its real type: any implementation will do.
   */
  #selectTypename(selection: Selection, subgraph: string, typeName: string, wanted: WantedFields): void {
    if (wanted.has('__typename') && this.#lookup.typeFacts(subgraph, typeName)?.isInterfaceObject) return
    const key = '__typename'
    const field: SelectedField = {
      key,
      name: key,
      arguments: [],
      type: typenameType,
      sub: undefined,
    }
    fieldsOf(selection, typeName).set(key, field)
  }

  #composedTypeOf(typeName: string, fieldName: string): string {
    return this.#facts.types.get(typeName)?.fields.get(fieldName) ?? ''
  }

  #selectionOf(subgraph: string, typeName: string): Selection {
    const isAbstract = this.#lookup.typeFacts(subgraph, typeName)?.isAbstract ?? false
    return { typeName, isAbstract, byType: new Map() }
  }

  #placeAt(path: readonly PathStep[]): Place {
    const address = path.map(({ key, typeName }) => `${key}:${typeName ?? ''}`).join('/')
    const place = this.#places.get(address) ?? { path, entries: new Map() }
    this.#places.set(address, place)
    return place
  }

  #addFetch(
    subgraph: string,
    path: readonly PathStep[],
    typeName: string,
    inputs: Map<string, InputField> | undefined,
  ): Fetch {
    const selection = this.#selectionOf(subgraph, typeName)
    const entity = inputs && { typeName, inputs }
    const fetch: Fetch = { id: this.#fetches.length, subgraph, path, selection, entity, dependsOn: new Set() }
    this.#fetches.push(fetch)
    return fetch
  }
}

function fieldsOf(selection: Selection, typeName: string): SelectedFields {
  const fields = selection.byType.get(typeName) ?? new Map()
  selection.byType.set(typeName, fields)
  return fields
}

function withType(path: readonly PathStep[], typeName: string): PathStep[] {
  const last = path.at(-1)
  return last ? [...path.slice(0, -1), { ...last, typeName }] : []
}

function addAll<Item>(into: Set<Item>, items: Iterable<Item>): void {
  for (const item of items) into.add(item)
}

function refuse(typeName: string, missing: readonly WantedField[]): void {
  if (missing.length === 0) return
  throw new UnplannableError(`no subgraph answers ${missing.map(({ name }) => `${typeName}.${name}`).join(', ')}`)
}
