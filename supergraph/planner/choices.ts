import { bothOf, compareCosts, free, type Cost } from './cost.ts'
import { wantedByBoth, type WantedField, type WantedFields } from './wanted.ts'

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
  readonly strangers: number
  readonly leaves: number
  readonly joined: number
}

/** One way to answer a field, or a part of it. */
export interface Option {
  /** Undefined where the object is at hand already. */
  readonly jump: Omit<Jump, 'fields'> | undefined
  readonly covered: WantedField
  readonly missing: WantedField | undefined
  readonly cost: Cost
  /** How many wanted types of values its subgraphs do not know, whose values may be answered as null there. */
  readonly strangers: number
  /** How many values of an object it answers, and how many of them another subgraph than the object's. */
  readonly leaves: number
  readonly joined: number
}

export type OptionsFor = (field: WantedField) => readonly Option[]

/**
 * Takes for each field the option that adds least to what is chosen already, those without a choice first. A field that
 * no subgraph covers alone is put together of several.
 */
export function choose(fields: Iterable<WantedField>, optionsFor: OptionsFor): Assignment {
  const chosen = new Chosen()
  const candidates = [...fields].map((field) => ({ field, options: optionsFor(field) }))
  candidates.sort((one, other) => one.options.length - other.options.length)
  for (const { field, options } of candidates) chosen.takeAll(field, options, optionsFor)
  const { local, jumps, missing, cost, strangers, leaves, joined } = chosen
  return { local, jumps, missing, cost, strangers, leaves, joined }
}

class Chosen {
  readonly local: WantedField[] = []
  readonly missing: WantedField[] = []
  readonly jumps: Array<Jump & { inputs: WantedFields; readonly fields: WantedField[] }> = []
  cost = free
  strangers = 0
  leaves = 0
  joined = 0

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

  #take({ jump, covered, cost, strangers, leaves, joined }: Option): void {
    this.cost = bothOf(this.cost, cost)
    this.strangers += strangers
    this.leaves += leaves
    this.joined += joined
    if (!jump) {
      this.local.push(covered)
      return
    }
    let known = this.jumps.find(
      ({ subgraph, typeName, inputs }) =>
        subgraph === jump.subgraph && typeName === jump.typeName && !clash(inputs, jump.inputs),
    )
    if (!known) this.jumps.push((known = { ...jump, fields: [] }))
    known.inputs = wantedByBoth(known.inputs, jump.inputs)
    known.fields.push(covered)
  }

  #cheapest(options: readonly Option[]): Option | undefined {
    let best: { option: Option; cost: Cost } | undefined
    for (const option of options) {
      const cost = bothOf(this.cost, option.cost)
      const order = best ? compareCosts(cost, best.cost) || compareTies(option, best.option) : -1
      if (order < 0) best = { option, cost }
    }
    return best?.option
  }
}

/** Negative where the first of two that cost the same knows more of the wanted types, or moves less. */
function compareTies(one: Option, other: Option): number {
  return one.strangers - other.strangers || one.joined - other.joined
}

/** Whether one representation cannot say both: a field of one name with unlike arguments. */
function clash(known: WantedFields, more: WantedFields): boolean {
  return [...more.values()].some(({ key, name }) =>
    [...known.values()].some((other) => other.name === name && other.key !== key),
  )
}
