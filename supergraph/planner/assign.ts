import type { SelectionSetNode } from 'graphql'
import { bothOf, compareCosts, free, thenAsk, type Cost } from './cost.ts'
import { providedFor } from './field-sets.ts'
import type { FieldFacts, KeyFacts, RoutingFacts, TypeFacts } from './routing-facts.ts'
import {
  includesType,
  wantedByFieldSet,
  wantedExactly,
  wantedWithout,
  type Wanted,
  type WantedField,
  type WantedFields,
} from './wanted.ts'

/** Where an object is at hand: in an answer of the subgraph, with the fields that a @provides adds. */
export interface Origin {
  readonly subgraph: string
  readonly typeName: string
  readonly provides: readonly SelectionSetNode[]
}

/** Fields that another subgraph is asked for, after the inputs (key and @requires) have been fetched. */
export interface Jump {
  readonly subgraph: string
  /** The type that representations name there: the object's, or an interface that stands there as an object. */
  readonly typeName: string
  readonly inputs: WantedFields
  readonly fields: readonly WantedField[]
}

/** Which subgraph answers which field of an object, and what is to be had nowhere from here. */
export interface Assignment {
  readonly local: readonly WantedField[]
  readonly jumps: readonly Jump[]
  readonly missing: readonly WantedField[]
  readonly cost: Cost
}

interface Option {
  /** Undefined where the object is at hand already. */
  readonly jump: Omit<Jump, 'fields'> | undefined
  readonly covered: WantedField
  readonly missing: WantedField | undefined
  readonly cost: Cost
}

interface Coverage {
  readonly missing: ReadonlyMap<string, WantedFields>
  /** Whether anything at all is covered. */
  readonly some: boolean
  readonly cost: Cost
}

const nothing: readonly never[] = []

/** Chooses for every wanted field the cheapest subgraph that can answer it. */
export class Assigner {
  readonly #facts: RoutingFacts
  readonly #known = new WeakMap<WantedFields, Map<string, Assignment>>()
  readonly #inputs = new Map<SelectionSetNode, Wanted>()
  /** Jumps and @requires whose inputs are being looked for: they cannot be their own input. */
  readonly #open = new Set<string>()
  #refusals = 0

  constructor(facts: RoutingFacts) {
    this.#facts = facts
  }

  /** Assigns the fields of an object that is at hand in an answer of a subgraph. */
  assign(origin: Origin, fields: WantedFields): Assignment {
    if (origin.provides.length > 0) return this.#assign(origin, fields)
    const place = `${origin.subgraph} ${origin.typeName}`
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
        const origin: Origin = { subgraph, typeName, provides: nothing }
        const facts = this.factsOf(origin, field)
        const option = facts && this.#isSelectable(origin, facts) && this.#covered(origin, field)
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

  /** What a @provides on the field makes selectable below it. */
  providesBelow(origin: Origin, field: WantedField): readonly SelectionSetNode[] {
    const own = this.factsOf(origin, field)?.provides
    const inherited = this.#provided(origin, field.name) ?? nothing
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

  #assign(origin: Origin, fields: WantedFields): Assignment {
    const isInterfaceObject = this.typeFacts(origin.subgraph, origin.typeName)?.isInterfaceObject ?? false
    const asked = [...fields.values()].filter((field) => field.name !== '__typename' || isInterfaceObject)
    return choose(asked, (field) => this.#optionsFor(origin, field))
  }

  #optionsFor(origin: Origin, field: WantedField): Option[] {
    const local = this.#local(origin, field)
    if (local && !local.missing && local.cost.length === 0) return [local]
    const options = local ? [local] : []
    for (const subgraph of this.#facts.subgraphs.keys()) {
      for (const typeName of this.#homesOf(subgraph, origin.typeName)) {
        const option = this.#remote(origin, subgraph, typeName, field)
        if (option) options.push(option)
      }
    }
    return options
  }

  #local(origin: Origin, field: WantedField): Option | undefined {
    const facts = this.factsOf(origin, field)
    if (!facts || facts.requires || !this.#isSelectable(origin, facts)) return undefined
    const option = this.#covered(origin, field)
    return option && { ...option, jump: undefined }
  }

  #remote(origin: Origin, subgraph: string, typeName: string, field: WantedField): Option | undefined {
    const target: Origin = { subgraph, typeName, provides: nothing }
    const facts = this.factsOf(target, field)
    const finds =
      field.name === '__typename'
        ? this.typeFacts(subgraph, typeName)?.isAbstract
        : facts && this.#isSelectable(target, facts)
    if (!finds || (subgraph === origin.subgraph && !facts?.requires)) return undefined
    const entry = this.#enter(origin, target)
    if (!entry) return undefined
    const required = facts?.requires && this.#require(origin, target, field.name, facts.requires)
    if (facts?.requires && !required) return undefined
    const option = this.#covered(target, field)
    if (!option) return undefined
    const inputs = required ? new Map([...entry.inputs, ...required.inputs]) : entry.inputs
    const before = required ? bothOf(entry.cost, required.cost) : entry.cost
    return { ...option, jump: { subgraph, typeName, inputs }, cost: thenAsk(before, subgraph, option.cost) }
  }

  /** The types under which a subgraph may know the object: its own, or an interface that is an object there. */
  #homesOf(subgraph: string, typeName: string): string[] {
    const types = this.#facts.subgraphs.get(subgraph)?.types
    const homes = types?.has(typeName) ? [typeName] : []
    for (const type of types?.values() ?? []) {
      if (type.isInterfaceObject && type.name !== typeName && includesType(this.#facts, type.name, typeName))
        homes.push(type.name)
    }
    return homes
  }

  /** The cheapest key through which the subgraph can be entered from the origin. */
  #enter(origin: Origin, target: Origin): { inputs: WantedFields; cost: Cost } | undefined {
    const keys = this.typeFacts(target.subgraph, target.typeName)?.keys ?? []
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
    if (field.name === '__typename') return { covered: field, missing: undefined, cost: free }
    const facts = this.factsOf(origin, field)
    if (!facts) return undefined
    if (!field.sub) return { covered: field, missing: undefined, cost: free }
    const { missing, some, cost } = this.#coverage(
      origin.subgraph,
      facts.namedType,
      field.sub,
      this.providesBelow(origin, field),
    )
    if (missing.size === 0) return { covered: field, missing: undefined, cost }
    if (!some) return undefined
    const rest: WantedField = { ...field, sub: wantedExactly(missing) }
    return { covered: { ...field, sub: wantedWithout(field.sub, missing) }, missing: rest, cost }
  }

  #coverage(subgraph: string, typeName: string, wanted: Wanted, provides: readonly SelectionSetNode[]): Coverage {
    const missing = new Map<string, WantedFields>()
    let some = false
    let cost = free
    const possibleTypes = this.typeFacts(subgraph, typeName)?.possibleTypes ?? nothing
    for (const possible of possibleTypes) {
      const fields = wanted.fields(possible)
      const assignment = this.assign({ subgraph, typeName: possible, provides }, fields)
      cost = bothOf(cost, assignment.cost)
      some ||= assignment.local.length > 0 || assignment.jumps.length > 0
      if (assignment.missing.length > 0)
        missing.set(possible, new Map(assignment.missing.map((field) => [field.key, field])))
    }
    for (const [demanded, fields] of wanted.exactly ?? []) {
      if (!possibleTypes.includes(demanded)) missing.set(demanded, fields)
    }
    return { missing, some, cost }
  }

  #isSelectable(origin: Origin, facts: FieldFacts): boolean {
    if (!facts.external || this.#provided(origin, facts.name)) return true
    // A subgraph that is entered by a key has at least the key.
    const isKey = ({ fields }: KeyFacts): boolean =>
      fields.selections.some((node) => 'name' in node && node.name?.value === facts.name)
    return this.typeFacts(origin.subgraph, origin.typeName)?.keys.some(isKey) ?? false
  }

  #provided({ typeName, provides }: Origin, fieldName: string): readonly SelectionSetNode[] | undefined {
    if (provides.length === 0) return undefined
    return providedFor(provides, typeName, fieldName, (condition, type) => includesType(this.#facts, condition, type))
  }
}

type OptionsFor = (field: WantedField) => readonly Option[]

/**
 * Takes for each field the option that adds least to what is chosen already, those without a choice first. A field that
 * no subgraph covers alone is put together of several.
 */
function choose(fields: Iterable<WantedField>, optionsFor: OptionsFor): Assignment {
  const chosen = new Chosen()
  const candidates = [...fields].map((field) => ({ field, options: optionsFor(field) }))
  candidates.sort((one, other) => one.options.length - other.options.length)
  for (const { field, options } of candidates) chosen.takeAll(field, options, optionsFor)
  return { local: chosen.local, jumps: [...chosen.jumps.values()], missing: chosen.missing, cost: chosen.cost }
}

class Chosen {
  readonly local: WantedField[] = []
  readonly missing: WantedField[] = []
  readonly jumps = new Map<string, Jump & { inputs: Map<string, WantedField>; fields: WantedField[] }>()
  cost = free

  takeAll(field: WantedField, options: readonly Option[], optionsFor: OptionsFor): void {
    const whole = this.#cheapest(options.filter((option) => !option.missing))
    const option = whole ?? this.#cheapest(options)
    if (!option) {
      this.missing.push(field)
      return
    }
    this.#take(option)
    if (option.missing) this.takeAll(option.missing, optionsFor(option.missing), optionsFor)
  }

  #take({ jump, covered, cost }: Option): void {
    this.cost = bothOf(this.cost, cost)
    if (!jump) {
      this.local.push(covered)
      return
    }
    const place = `${jump.subgraph} ${jump.typeName}`
    const known = this.jumps.get(place) ?? {
      ...jump,
      inputs: new Map<string, WantedField>(),
      fields: new Array<WantedField>(),
    }
    for (const [key, input] of jump.inputs) known.inputs.set(key, input)
    known.fields.push(covered)
    this.jumps.set(place, known)
  }

  #cheapest(options: readonly Option[]): Option | undefined {
    let best: { option: Option; cost: Cost } | undefined
    for (const option of options) {
      const cost = bothOf(this.cost, option.cost)
      if (!best || compareCosts(cost, best.cost) < 0) best = { option, cost }
    }
    return best?.option
  }
}
