import { bothOf, compareCosts, free, type Cost } from './cost.ts'
import type { WantedField, WantedFields } from './wanted.ts'

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

/** One way to answer a field, or a part of it. */
export interface Option {
  /** Undefined where the object is at hand already. */
  readonly jump: Omit<Jump, 'fields'> | undefined
  readonly covered: WantedField
  readonly missing: WantedField | undefined
  readonly cost: Cost
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
