import { Kind, OperationTypeNode, visit, type FragmentDefinitionNode, type OperationDefinitionNode } from 'graphql'
import { printDirectQuery, type DirectQuery } from './direct-query.ts'
import { compilePlan, type CompiledPlan } from './execute.ts'
import type { Fetch } from './fetches.ts'
import { drawLabels, factsUnder, overrideLabelsOf } from './override-labels.ts'
import { planFetches } from './plan.ts'
import { planRequests, type PlannedRequest } from './requests.ts'
import type { RoutingFacts } from './routing-facts.ts'
import { mutationPropertyOf, propertyOf } from './properties.ts'
import { wantedByClient, wantedByMutation, type SelectionScope, type WantedField } from './wanted.ts'

/** A root field whose subgraph depends on the request: where to, and with which arguments. */
export interface RoutedField {
  readonly field: WantedField
  readonly subgraphs: ReadonlySet<string>
  /** Tells this route from the field's others; plans are kept apart by it. */
  readonly route: string
}

/** Decides about a root field once per request: undefined leaves it to the planner, a throw refuses that field alone. */
export type Router = (field: WantedField) => RoutedField | undefined

/** A plan for one request, and the root fields that were refused, by property. */
export interface ChosenPlan {
  readonly requests: ReadonlyArray<readonly PlannedRequest[]>
  readonly run: CompiledPlan
  /** Where one request's answer is the client's own. */
  readonly direct: DirectQuery | undefined
  readonly refusals: ReadonlyMap<string, unknown>
  /** Whether it was planned now, not found. */
  readonly isNew: boolean
}

const none: ReadonlyMap<string, never> = new Map<string, never>()

export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>

/** How many plans one operation keeps: one for each combination of its Boolean variables and routes. */
const plansAtMost = 64

/**
 * Plans operations, each once for every combination of what its plan depends on. Plans live as long as their operation's
 * syntax tree, of which mercurius keeps a bounded number.
 */
export class OperationPlans {
  readonly #facts: RoutingFacts
  readonly #labels: ReadonlySet<string>
  readonly #random: () => number
  /** By the labels of progressive overrides that hold. */
  readonly #byLabels = new Map<string, OperationPlans>()
  readonly #operations = new WeakMap<OperationDefinitionNode, PlannedOperation>()

  constructor(facts: RoutingFacts, random: () => number = Math.random) {
    this.#facts = facts
    this.#labels = overrideLabelsOf(facts)
    this.#random = random
  }

  choose(
    operation: OperationDefinitionNode,
    fragments: Fragments,
    variables: Readonly<Record<string, unknown>>,
    router: Router,
  ): ChosenPlan {
    if (this.#labels.size > 0) return this.#underLabels().choose(operation, fragments, variables, router)
    let planned = this.#operations.get(operation)
    if (!planned) {
      planned = new PlannedOperation(this.#facts, operation, fragments)
      this.#operations.set(operation, planned)
    }
    return planned.choose(variables, router)
  }

  #underLabels(): OperationPlans {
    const holding = drawLabels(this.#labels, this.#random)
    const key = [...holding].toSorted().join(' ')
    const plans = this.#byLabels.get(key) ?? new OperationPlans(factsUnder(this.#facts, holding))
    this.#byLabels.set(key, plans)
    return plans
  }
}

type Plan = Omit<ChosenPlan, 'refusals' | 'isNew'>

class PlannedOperation {
  readonly #facts: RoutingFacts
  readonly #operation: OperationDefinitionNode
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly #conditions: readonly string[]
  readonly #fields = new Map<string, readonly WantedField[]>()
  readonly #plans = new Map<string, Plan>()

  constructor(facts: RoutingFacts, operation: OperationDefinitionNode, fragments: Fragments) {
    this.#facts = facts
    this.#operation = operation
    this.#fragments = new Map(Object.entries(fragments))
    this.#conditions = conditionsOf(operation, Object.values(fragments))
  }

  choose(variables: Readonly<Record<string, unknown>>, router: Router): ChosenPlan {
    let conditions = ''
    for (const name of this.#conditions) conditions += variables[name] === true ? '1' : '0'
    const fields = this.#fields.get(conditions) ?? this.#fieldsFor(conditions, variables)
    let refusals: Map<string, unknown> | undefined
    let routed: Map<string, RoutedField> | undefined
    const asked: WantedField[] = []
    let address = conditions
    for (const field of fields) {
      try {
        const route = router(field)
        asked.push(route?.field ?? field)
        if (!route) continue
        routed ??= new Map()
        routed.set(field.key, route)
        address += `,${field.key}=${route.route}`
      } catch (refusal) {
        refusals ??= new Map()
        refusals.set(field.key, refusal)
        address += `,-${field.key}`
      }
    }
    const known = this.#plans.get(address)
    const plan = known ?? this.#plan(address, this.#scopeOf(variables), asked, routed ?? none)
    const { requests, run, direct } = plan
    return { requests, run, direct: refusals ? undefined : direct, refusals: refusals ?? none, isNew: !known }
  }

  #scopeOf(booleans: Readonly<Record<string, unknown>>): SelectionScope {
    return { facts: this.#facts, fragments: this.#fragments, booleans: { ...booleans } }
  }

  #fieldsFor(conditions: string, booleans: Readonly<Record<string, unknown>>): WantedField[] {
    const scope = this.#scopeOf(booleans)
    const rootType = this.#facts.rootTypes[this.#operation.operation]
    const wantedBy = this.#operation.operation === OperationTypeNode.MUTATION ? wantedByMutation : wantedByClient
    const wanted = wantedBy(scope, [this.#operation.selectionSet]).fields(rootType)
    const fields = [...wanted.values()].filter(({ name }) => !name.startsWith('__'))
    remember(this.#fields, conditions, fields)
    return fields
  }

  #plan(
    address: string,
    scope: SelectionScope,
    fields: readonly WantedField[],
    routed: ReadonlyMap<string, RoutedField>,
  ): Plan {
    const isMutation = this.#operation.operation === OperationTypeNode.MUTATION
    const rootType = this.#facts.rootTypes[this.#operation.operation]
    const planStage = (stage: readonly WantedField[]): Fetch[] =>
      planFetches(this.#facts, rootType, stage, (field) => routed.get(field.key)?.subgraphs)
    const stages = isMutation ? inTurns(fields, planStage) : [planStage(fields)]
    const requests = stages.map((fetches) => planRequests(scope, this.#operation, fetches))
    const direct = printDirectQuery(scope, this.#operation, requests, (node) => {
      const route = routed.get(isMutation ? mutationPropertyOf(node) : propertyOf(node))
      return route?.field.arguments ?? node.arguments ?? []
    })
    const plan = { requests, run: compilePlan(requests), direct }
    remember(this.#plans, address, plan)
    return plan
  }
}

/** Mutations one after the other, each with its joins; neighbours of one subgraph, which keeps their order, together. */
function inTurns(fields: readonly WantedField[], planStage: (stage: readonly WantedField[]) => Fetch[]): Fetch[][] {
  const turns: Array<{ readonly subgraph: string | undefined; readonly fields: WantedField[] }> = []
  for (const field of fields) {
    const roots = planStage([field]).filter(({ entity }) => !entity)
    const subgraph = roots.length === 1 ? roots[0]?.subgraph : undefined
    const last = turns.at(-1)
    if (subgraph !== undefined && last?.subgraph === subgraph) last.fields.push(field)
    else turns.push({ subgraph, fields: [field] })
  }
  return turns.map((turn) => planStage(turn.fields))
}

/** Keeps a value as the latest, and lets go of the oldest beyond the bound. */
function remember<Value>(values: Map<string, Value>, key: string, value: Value): void {
  values.set(key, value)
  const [oldest] = values.keys()
  if (values.size > plansAtMost && oldest !== undefined) values.delete(oldest)
}

/** The variables that @skip and @include look at. */
function conditionsOf(operation: OperationDefinitionNode, fragments: readonly FragmentDefinitionNode[]): string[] {
  const names = new Set<string>()
  for (const node of [operation, ...fragments]) {
    visit(node, {
      [Kind.DIRECTIVE]: ({ name, arguments: given }) => {
        const value = given?.[0]?.value
        if ((name.value === 'skip' || name.value === 'include') && value?.kind === Kind.VARIABLE)
          names.add(value.name.value)
      },
    })
  }
  return [...names].toSorted()
}
