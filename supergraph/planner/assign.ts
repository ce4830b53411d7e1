import type { SelectionSetNode } from 'graphql'
import { choose, type Assignment, type Option } from './choices.ts'
import { lostByAny, strangersTo, undeclaredBy } from './abstract-values.ts'
import { bothOf, compareCosts, free, thenAsk, type Cost } from './cost.ts'
import { atHand, Lookup, type Origin } from './lookup.ts'
import type { RoutingFacts } from './routing-facts.ts'
import {
  wantedByBoth,
  wantedByFieldSet,
  wantedExactly,
  wantedWithout,
  type Wanted,
  type WantedField,
  type WantedFields,
} from './wanted.ts'

interface Coverage {
  readonly missing: ReadonlyMap<string, WantedFields>
  /** Whether anything at all is covered. */
  readonly some: boolean
  readonly cost: Cost
  readonly strangers: number
  readonly leaves: number
  readonly joined: number
}

/** Chooses for every wanted field the cheapest subgraph that can answer it. */
export class Assigner {
  readonly #facts: RoutingFacts
  readonly #lookup: Lookup
  readonly #known = new WeakMap<WantedFields, Map<string, Assignment>>()
  readonly #inputs = new Map<SelectionSetNode, Wanted>()
  readonly #alone = new WeakMap<WantedField, WantedFields>()
  /** Jumps and @requires whose inputs are being looked for: they cannot be their own input. */
  readonly #open = new Set<string>()
  #refusals = 0

  constructor(facts: RoutingFacts) {
    this.#facts = facts
    this.#lookup = new Lookup(facts)
  }

  /** Assigns the fields of an object that is at hand in an answer of a subgraph. */
  assign(origin: Origin, fields: WantedFields): Assignment {
    if (origin.provides.length > 0) return this.#assign(origin, fields)
    const place = `${origin.isEntered ? '>' : ''}${origin.subgraph} ${origin.typeName}`
    const known = this.#known.get(fields)?.get(place)
    if (known) return known
    const refusals = this.#refusals
    const assignment = this.#assign(origin, fields)
    // What was found while some jumps were closed may be better with all of them open.
    if (refusals === this.#refusals) {
      const places = this.#known.get(fields) ?? new Map<string, Assignment>()
      this.#known.set(fields, places.set(place, assignment))
    }
    return assignment
  }

  /** Assigns root fields: any subgraph that has one may be asked, at the price of one request. */
  assignRoots(
    typeName: string,
    fields: Iterable<WantedField>,
    allowed: (field: WantedField) => ReadonlySet<string> | undefined,
  ): Assignment {
    const optionsFor = (field: WantedField): Option[] => {
      const only = allowed(field)
      const options: Option[] = []
      for (const { name: subgraph } of this.#facts.subgraphs.values()) {
        if (only && !only.has(subgraph)) continue
        const origin = atHand(subgraph, typeName, false)
        const facts = this.#lookup.factsOf(origin, field)
        const option = facts && this.#lookup.isSelectable(origin, facts) && this.#covered(origin, field)
        if (option)
          options.push({
            ...option,
            jump: { subgraph, typeName, inputs: new Map() },
            cost: thenAsk(free, subgraph, option.cost),
          })
      }
      return options
    }
    return choose(fields, optionsFor)
  }

  #assign(origin: Origin, fields: WantedFields): Assignment {
    const isInterfaceObject = this.#lookup.typeFacts(origin.subgraph, origin.typeName)?.isInterfaceObject ?? false
    const asked = [...fields.values()].filter((field) => field.name !== '__typename' || isInterfaceObject)
    return choose(asked, (field) => this.#optionsFor(origin, field))
  }

  #optionsFor(origin: Origin, field: WantedField): Option[] {
    const local = this.#local(origin, field)
    if (local && !local.missing && local.cost.length === 0 && local.strangers === 0) return [local]
    const options = local ? [local] : []
    for (const subgraph of this.#facts.subgraphs.keys()) {
      for (const typeName of this.#lookup.homesOf(subgraph, origin.typeName)) {
        const option = this.#remote(origin, subgraph, typeName, field)
        if (option) options.push(option)
      }
    }
    return options
  }

  #local(origin: Origin, field: WantedField): Option | undefined {
    const facts = this.#lookup.factsOf(origin, field)
    if (!facts || facts.requires || !this.#lookup.isSelectable(origin, facts)) return undefined
    const option = this.#covered(origin, field)
    return option && { ...option, jump: undefined }
  }

  #remote(origin: Origin, subgraph: string, typeName: string, field: WantedField): Option | undefined {
    const target = atHand(subgraph, typeName, true)
    const isAbstract = this.#lookup.typeFacts(subgraph, typeName)?.isAbstract ?? false
    const facts = isAbstract ? undefined : this.#lookup.factsOf(target, field)
    const isAnswered = isAbstract || (facts !== undefined && this.#lookup.isSelectable(target, facts))
    if (!isAnswered || (subgraph === origin.subgraph && !facts?.requires)) return undefined
    const entry = this.#enter(origin, target)
    if (!entry) return undefined
    const required = facts?.requires && this.#require(origin, target, field.name, facts.requires)
    if (facts?.requires && !required) return undefined
    const option = isAbstract ? this.#coveredByTypes(target, field) : this.#covered(target, field)
    if (!option) return undefined
    const inputs = required ? wantedByBoth(entry.inputs, required.inputs) : entry.inputs
    const before = required ? bothOf(entry.cost, required.cost) : entry.cost
    const jump = { subgraph, typeName, inputs }
    return { ...option, jump, cost: thenAsk(before, subgraph, option.cost), joined: option.leaves }
  }

  /** The cheapest key through which the subgraph can be entered from the origin. */
  #enter(origin: Origin, target: Origin): { inputs: WantedFields; cost: Cost } | undefined {
    const keys = this.#lookup.typeFacts(target.subgraph, target.typeName)?.keys ?? []
    let best: { inputs: WantedFields; cost: Cost } | undefined
    for (const key of keys) {
      if (!key.resolvable) continue
      const found = this.#inputsFor(`${origin.typeName}>${target.subgraph}`, origin, key.fields)
      if (found && (!best || compareCosts(found.cost, best.cost) < 0)) best = found
      if (best?.cost.length === 0) break
    }
    return best
  }

  #require(
    origin: Origin,
    target: Origin,
    fieldName: string,
    fields: SelectionSetNode,
  ): { inputs: WantedFields; cost: Cost } | undefined {
    return this.#inputsFor(`${target.typeName}.${fieldName}<${target.subgraph}`, origin, fields)
  }

  #inputsFor(
    purpose: string,
    origin: Origin,
    fields: SelectionSetNode,
  ): { inputs: WantedFields; cost: Cost } | undefined {
    if (this.#open.has(purpose)) {
      this.#refusals += 1
      return undefined
    }
    this.#open.add(purpose)
    const inputs = this.#wantedInputs(fields).fields(origin.typeName)
    const { missing, cost } = this.assign(origin, inputs)
    this.#open.delete(purpose)
    return missing.length > 0 ? undefined : { inputs, cost }
  }

  #wantedInputs(fields: SelectionSetNode): Wanted {
    const known = this.#inputs.get(fields) ?? wantedByFieldSet(this.#facts, fields)
    this.#inputs.set(fields, known)
    return known
  }

  /** How much of a field, with all below it, is to be had once its object is at hand; undefined where nothing. */
  #covered(origin: Origin, field: WantedField): Omit<Option, 'jump'> | undefined {
    const facts = this.#lookup.factsOf(origin, field)
    if (!facts) return undefined
    if (!field.sub) return { covered: field, missing: undefined, cost: free, strangers: 0, leaves: 1, joined: 0 }
    const provides = this.#lookup.providesBelow(origin, field)
    const value: Origin = { subgraph: origin.subgraph, typeName: facts.namedType, provides, isEntered: false }
    const { missing, some, cost, strangers, leaves, joined } = this.#coverage(value, field.sub)
    const found = { cost, strangers, leaves, joined }
    if (missing.size === 0) return { covered: field, missing: undefined, ...found }
    if (!some) return undefined
    const rest: WantedField = { ...field, sub: wantedExactly(missing) }
    return { covered: { ...field, sub: wantedWithout(field.sub, missing) }, missing: rest, ...found }
  }

  /**
   * How much of a field is to be had of an interface's implementations, each by its own ways, once their type is known.
   * Below `__typename` stands what is wanted of single implementations.
   */
  #coveredByTypes(target: Origin, field: WantedField): Omit<Option, 'jump'> | undefined {
    const alone = this.#alone.get(field) ?? new Map([[field.key, field]])
    this.#alone.set(field, alone)
    const wanted: Wanted = {
      fields: (type) => (field.name === '__typename' ? field.sub?.fields(type) : alone) ?? new Map(),
    }
    const { missing, cost, strangers, leaves, joined } = this.#coverage(target, wanted)
    return missing.size > 0 ? undefined : { covered: field, missing: undefined, cost, strangers, leaves, joined }
  }

  #coverage({ subgraph, typeName, provides, isEntered }: Origin, wanted: Wanted): Coverage {
    const type = this.#lookup.typeFacts(subgraph, typeName)
    const missing = undeclaredBy(type, wanted)
    const found = { some: false, cost: free, strangers: strangersTo(this.#facts, type, wanted), leaves: 0, joined: 0 }
    const possibleTypes = type?.possibleTypes ?? []
    const assignments = possibleTypes.map((possible) => {
      const fields = wanted.fields(possible)
      return { possible, fields, ...this.assign({ subgraph, typeName: possible, provides, isEntered }, fields) }
    })
    const lost = type?.isAbstract ? lostByAny(wanted.fields(typeName), assignments) : new Set<string>()
    for (const { possible, fields, ...assigned } of assignments) {
      found.cost = bothOf(found.cost, assigned.cost)
      found.strangers += assigned.strangers
      found.leaves += assigned.leaves
      found.joined += assigned.joined
      const rest = new Map(assigned.missing.map((field) => [field.key, field]))
      for (const [key, field] of fields) if (lost.has(key)) rest.set(key, field)
      const covered = [...assigned.local, ...assigned.jumps.flatMap((jump) => jump.fields)]
      found.some ||= covered.some(({ key }) => !lost.has(key))
      if (rest.size > 0) missing.set(possible, rest)
    }
    for (const [demanded, fields] of wanted.exactly ?? []) {
      if (!possibleTypes.includes(demanded)) missing.set(demanded, fields)
    }
    return { missing, ...found }
  }
}
