import {
  Kind,
  print,
  visit,
  type ArgumentNode,
  type FieldNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { OperationDefinitionNode } from 'graphql'
import { clientVariables } from './execute.ts'
import { declarationsOf, type PlannedRequest } from './requests.ts'
import type { FieldFacts, TypeFacts } from './routing-facts.ts'
import { includesType, isLeftOut, type SelectionScope } from './wanted.ts'

/** A request whose answer is the client's, as it comes. */
export interface DirectQuery {
  /** Its JSON body up to the variables: an object that is still open. */
  readonly head: string
  /** The client's variables that go along. */
  readonly variables: readonly string[]
  /** The plan's one request, which this one stands for. */
  readonly request: PlannedRequest
}

/** The JSON body of a direct query; the values are the client's, coerced. */
export function directBody({ head, variables }: DirectQuery, values: Readonly<Record<string, unknown>>): string {
  const given = clientVariables(variables, values)
  return given.length === 0 ? `${head}}` : `${head},"variables":{${given.join(',')}}}`
}

/** The arguments of a root field as they are sent on. */
export type RootArguments = (node: FieldNode) => readonly ArgumentNode[]

/**
 * Prints an operation under the client's own names for the one subgraph that its plan asks. Undefined where the answer
 * would have to be looked at: several requests, types that are unlike the composed ones, anything that clients may not
 * see, `__typename` of a root, fragments on other types than the interface that an object stands for, introspection.
 */
export function printDirectQuery(
  scope: SelectionScope,
  operation: OperationDefinitionNode,
  stages: ReadonlyArray<readonly PlannedRequest[]>,
  rootArguments: RootArguments,
): DirectQuery | undefined {
  const [request, another] = stages.flat()
  if (!request?.root || another || request.groups.length > 0) return undefined
  const types = scope.facts.subgraphs.get(request.subgraph)?.types ?? new Map()
  const printer = new DirectPrinter(scope, types, rootArguments)
  const text = printer.print(operation.selectionSet, request.root.selection.typeName, true)
  if (text === '' || !printer.isDirect) return undefined
  const declarations = declarationsOf(operation, printer.variables)
  const head = operation.operation + (declarations.length === 0 ? '' : `(${declarations.join(',')})`)
  return { head: `{"query":${JSON.stringify(`${head}{${text}}`)}`, variables: [...printer.variables], request }
}

class DirectPrinter {
  isDirect = true
  readonly variables = new Set<string>()
  readonly #scope: SelectionScope
  readonly #types: ReadonlyMap<string, TypeFacts>
  readonly #rootArguments: RootArguments

  constructor(scope: SelectionScope, types: ReadonlyMap<string, TypeFacts>, rootArguments: RootArguments) {
    this.#scope = scope
    this.#types = types
    this.#rootArguments = rootArguments
  }

  print({ selections }: SelectionSetNode, typeName: string, isRoot: boolean): string {
    const type = this.#types.get(typeName)
    if (!type || this.#isHidden(type)) return this.#refuse()
    const shown = selections.filter(({ directives }) => !isLeftOut(directives, this.#scope.booleans))
    return shown
      .map((node) => this.#selection(node, type, isRoot))
      .join(' ')
      .trim()
  }

  #selection(node: SelectionNode, type: TypeFacts, isRoot: boolean): string {
    if (node.kind === Kind.FIELD) return this.#field(node, type, isRoot)
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#scope.fragments.get(node.name.value) : node
    if (!fragment) return this.#refuse()
    const condition = fragment.typeCondition?.name.value ?? type.name
    if (condition === type.name) return this.print(fragment.selectionSet, type.name, isRoot)
    if (type.isInterfaceObject) return this.#refuse()
    const met = type.possibleTypes.filter((possible) => includesType(this.#scope.facts, condition, possible))
    if (met.length === 0) return ''
    const known = new Set(this.#types.get(condition)?.possibleTypes)
    if (type.possibleTypes.some((possible) => known.has(possible) !== met.includes(possible))) return this.#refuse()
    const inner = this.print(fragment.selectionSet, condition, isRoot)
    return inner && `...on ${condition}{${inner}}`
  }

  #field(node: FieldNode, type: TypeFacts, isRoot: boolean): string {
    const name = node.name.value
    const label = node.alias && node.alias.value !== name ? `${node.alias.value}:${name}` : name
    if (name === '__typename' && !isRoot) return label
    const facts = type.fields.get(name)
    if (!facts || facts.isOwnType || this.#scope.facts.hidden.has(facts.namedType)) return this.#refuse()
    const given = isRoot ? this.#rootArguments(node) : (node.arguments ?? [])
    return label + this.#arguments(given) + this.#below(node, facts)
  }

  #below({ selectionSet }: FieldNode, { namedType }: FieldFacts): string {
    if (!selectionSet) return ''
    const inner = this.print(selectionSet, namedType, false)
    return inner === '' ? this.#refuse() : `{${inner}}`
  }

  #arguments(nodes: readonly ArgumentNode[]): string {
    if (nodes.length === 0) return ''
    for (const node of nodes) visit(node, { [Kind.VARIABLE]: ({ name }) => void this.variables.add(name.value) })
    return `(${nodes.map((node) => print(node)).join(',')})`
  }

  #isHidden({ name, possibleTypes }: TypeFacts): boolean {
    const { hidden } = this.#scope.facts
    return hidden.has(name) || possibleTypes.some((possible) => hidden.has(possible))
  }

  #refuse(): string {
    this.isDirect = false
    return ''
  }
}
