import { Kind, OperationTypeNode, visit, type FragmentDefinitionNode, type OperationDefinitionNode } from 'graphql'
import { compilePlan, type CompiledPlan } from './execute.ts'
import { planFetches } from './plan.ts'
import { planRequests, type PlannedRequest } from './requests.ts'
import type { RoutingFacts } from './routing-facts.ts'
import { wantedByClient, type WantedField } from './wanted.ts'

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
  readonly refusals: ReadonlyMap<string, unknown>
}

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>

/** How many plans one operation keeps: one for each combination of its Boolean variables and routes. */
const plansAtMost = 64

/**
 * Plans operations, each once for every combination of what its plan depends on. Plans live as long as their operation's
 * syntax tree, of which mercurius keeps a bounded number.
 */
export class OperationPlans {
  readonly #facts: RoutingFacts
  readonly #operations = new WeakMap<OperationDefinitionNode, PlannedOperation>()

  constructor(facts: RoutingFacts) {
    this.#facts = facts
  }

  choose(
    operation: OperationDefinitionNode,
    fragments: Fragments,
    variables: Readonly<Record<string, unknown>>,
    router: Router,
  ): ChosenPlan {
    let planned = this.#operations.get(operation)
    if (!planned) {
      planned = new PlannedOperation(this.#facts, operation, fragments)
      this.#operations.set(operation, planned)
    }
    return planned.choose(variables, router)
  }
}

type Plan = Omit<ChosenPlan, 'refusals'>

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
    const conditions = this.#conditions.map((name) => (variables[name] === true ? '1' : '0')).join('')
    const fields = this.#fields.get(conditions) ?? this.#fieldsFor(conditions, variables)
    const refusals = new Map<string, unknown>()
    const routed = new Map<string, ReadonlySet<string>>()
    const asked: WantedField[] = []
    let address = conditions
    for (const field of fields) {
      try {
        const route = router(field)
        asked.push(route?.field ?? field)
        if (!route) continue
        routed.set(field.key, route.subgraphs)
        address += `,${field.key}=${route.route}`
      } catch (refusal) {
        refusals.set(field.key, refusal)
        address += `,-${field.key}`
      }
    }
    const plan = this.#plans.get(address) ?? this.#plan(address, asked, routed)
    return { ...plan, refusals }
  }

  #fieldsFor(conditions: string, booleans: Readonly<Record<string, unknown>>): WantedField[] {
    const scope = { facts: this.#facts, fragments: this.#fragments, booleans: { ...booleans } }
    const rootType = this.#facts.rootTypes[this.#operation.operation]
    const wanted = wantedByClient(scope, [this.#operation.selectionSet]).fields(rootType)
    const fields = [...wanted.values()].filter(({ name }) => !name.startsWith('__'))
    remember(this.#fields, conditions, fields)
    return fields
  }

  #plan(address: string, fields: readonly WantedField[], routed: ReadonlyMap<string, ReadonlySet<string>>): Plan {
    const isMutation = this.#operation.operation === OperationTypeNode.MUTATION
    const rootType = this.#facts.rootTypes[this.#operation.operation]
    const stages = isMutation ? fields.map((field) => [field]) : [fields]
    const requests = stages.map((stage) =>
      planRequests(
        this.#facts,
        this.#operation,
        planFetches(this.#facts, rootType, stage, (field) => routed.get(field.key)),
      ),
    )
    const plan = { requests, run: compilePlan(requests) }
    remember(this.#plans, address, plan)
    return plan
  }
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
