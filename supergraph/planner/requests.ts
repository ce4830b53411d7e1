import { print, type OperationDefinitionNode } from 'graphql'
import { ClientPaths } from './client-paths.ts'
import type { Fetch, InputField, PathStep, Selection } from './fetches.ts'
import { isSameShapeBelow, printSelection, type PrintedSelection, type Rename } from './print.ts'
import type { RoutingFacts } from './routing-facts.ts'
import type { SelectionScope } from './wanted.ts'

/** Objects that a request asks about: those at a path, by a representation of these inputs. */
export interface EntityPart {
  readonly path: readonly PathStep[]
  readonly typeName: string
  readonly inputs: ReadonlyMap<string, InputField>
  readonly selection: Selection
  /** Whether later requests write below what this one answers, so that objects may not share it. */
  readonly isExtended: boolean
}

/** One `_entities` field of a request. */
export interface EntityGroup {
  readonly responseKey: string
  readonly variable: string
  readonly parts: EntityPart[]
  readonly renames: readonly Rename[]
}

/** One request to one subgraph, printed. */
export interface PlannedRequest {
  readonly id: number
  readonly subgraph: string
  readonly query: string
  /** The client's variables that go along. */
  readonly variables: readonly string[]
  /** Empty where root fields are asked for. */
  readonly groups: readonly EntityGroup[]
  /** Of root fields. */
  readonly root: { readonly selection: Selection; readonly renames: readonly Rename[] } | undefined
  /** The ids of the requests whose answers it needs. */
  readonly dependsOn: readonly number[]
  /** What the client calls the places that it fills. */
  readonly client: ClientPaths
}

interface Draft {
  readonly subgraph: string
  readonly level: number
  readonly fetches: Fetch[]
}

/**
 * Puts fetches of one level and one subgraph into one request each, and prints them. A request comes after those that it
 * depends on.
 */
export function planRequests(
  scope: SelectionScope,
  operation: OperationDefinitionNode,
  fetches: readonly Fetch[],
): PlannedRequest[] {
  const client = new ClientPaths(scope, operation)
  const drafts = draftsOf(fetches)
  const draftOf = new Map(drafts.flatMap((draft, id) => draft.fetches.map((fetch) => [fetch, id])))
  return drafts.map((draft, id) => {
    const needed = new Set(
      draft.fetches.flatMap((fetch) => [...fetch.dependsOn]).map((fetch) => draftOf.get(fetch) ?? 0),
    )
    return { ...new RequestPrinter(scope.facts, operation, draft, fetches).request(id, [...needed]), client }
  })
}

function draftsOf(fetches: readonly Fetch[]): Draft[] {
  const levels = new Map<Fetch, number>()
  const levelOf = (fetch: Fetch): number => {
    const level =
      levels.get(fetch) ?? [...fetch.dependsOn].reduce((most, other) => Math.max(most, levelOf(other) + 1), 0)
    levels.set(fetch, level)
    return level
  }
  const drafts = new Map<string, Draft>()
  for (const fetch of fetches) {
    const level = levelOf(fetch)
    const slot = `${level} ${fetch.subgraph}`
    const draft = drafts.get(slot) ?? { subgraph: fetch.subgraph, level, fetches: [] }
    draft.fetches.push(fetch)
    drafts.set(slot, draft)
  }
  return [...drafts.values()].toSorted((one, other) => one.level - other.level)
}

interface DraftGroup extends EntityGroup {
  readonly printed: Map<string, PrintedSelection>
  readonly renames: Rename[]
}

class RequestPrinter {
  readonly #facts: RoutingFacts
  readonly #operation: OperationDefinitionNode
  readonly #draft: Draft
  readonly #all: readonly Fetch[]
  readonly #variables = new Set<string>()
  readonly #groups: DraftGroup[] = []

  constructor(facts: RoutingFacts, operation: OperationDefinitionNode, draft: Draft, all: readonly Fetch[]) {
    this.#facts = facts
    this.#operation = operation
    this.#draft = draft
    this.#all = all
  }

  request(id: number, dependencies: readonly number[]): Omit<PlannedRequest, 'client'> {
    const { subgraph, fetches } = this.#draft
    const root = fetches.find((fetch) => !fetch.entity)
    const printedRoot = root && this.#print(root)
    for (const fetch of fetches) if (fetch.entity) this.#addToGroup(fetch, fetch.entity, this.#print(fetch))
    const kind = root ? this.#operation.operation : 'query'
    const body = printedRoot?.text ?? `{${this.#groups.map(printGroup).join(' ')}}`
    return {
      id,
      subgraph,
      query: `${kind}${this.#declarations()}${body}`,
      variables: [...this.#variables],
      groups: this.#groups,
      root: root && printedRoot && { selection: root.selection, renames: printedRoot.renames },
      dependsOn: dependencies,
    }
  }

  #print(fetch: Fetch): PrintedSelection {
    const types = this.#facts.subgraphs.get(fetch.subgraph)?.types ?? new Map()
    const printed = printSelection(types, fetch.selection)
    for (const variable of printed.variables) this.#variables.add(variable)
    return printed
  }

  #addToGroup(fetch: Fetch, { typeName, inputs }: NonNullable<Fetch['entity']>, printed: PrintedSelection): void {
    const isExtended = this.#all.some((other) => other !== fetch && writesBelow(other, fetch))
    const part: EntityPart = { path: fetch.path, typeName, inputs, selection: fetch.selection, isExtended }
    const group = this.#groups.find((candidate) => fits(candidate, part, printed)) ?? this.#addGroup()
    group.parts.push(part)
    if (group.printed.has(typeName)) return
    group.printed.set(typeName, printed)
    group.renames.push(...printed.renames)
  }

  #addGroup(): DraftGroup {
    const number = this.#groups.length
    const taken = new Set(this.#operation.variableDefinitions?.map(({ variable }) => variable.name.value))
    let variable = number === 0 ? 'representations' : `representations${number}`
    while (taken.has(variable)) variable += '_'
    const group = {
      responseKey: number === 0 ? '_entities' : `_entities${number}`,
      variable,
      parts: [],
      renames: [],
      printed: new Map(),
    }
    this.#groups.push(group)
    return group
  }

  #declarations(): string {
    const own = this.#groups.map(({ variable }) => `$${variable}:[_Any!]!`)
    const clients = declarationsOf(this.#operation, this.#variables)
    const declarations = [...own, ...clients]
    return declarations.length === 0 ? '' : `(${declarations.join(',')})`
  }
}

/** The client's declarations of these variables. */
export function declarationsOf(
  { variableDefinitions = [] }: OperationDefinitionNode,
  names: ReadonlySet<string>,
): string[] {
  return variableDefinitions
    .filter(({ variable }) => names.has(variable.name.value))
    .map(
      ({ variable, type, defaultValue }) =>
        `$${variable.name.value}:${print(type)}${defaultValue ? `=${print(defaultValue)}` : ''}`,
    )
}

/** Whether a part's objects can be asked about in a group: the same question about its type, or none yet that clashes. */
function fits({ printed: known, parts }: DraftGroup, part: EntityPart, printed: PrintedSelection): boolean {
  const same = known.get(part.typeName)
  if (same) return same.text === printed.text
  // What stands under an interface would be answered for its implementations too.
  const isApart = ({ selection }: EntityPart): boolean =>
    !selection.isAbstract && isSameShapeBelow(selection, part.selection)
  return parts.length === 0 || (!part.selection.isAbstract && parts.every(isApart))
}

function printGroup({ responseKey, variable, printed }: DraftGroup): string {
  const name = responseKey === '_entities' ? '_entities' : `${responseKey}:_entities`
  const fragments = [...printed].map(([typeName, { text }]) => `...on ${typeName}${text}`)
  const typename = printed.size > 1 ? '__typename ' : ''
  return `${name}(representations:$${variable}){${typename}${fragments.join(' ')}}`
}

/** Whether a fetch writes into objects or lists that another one answers. */
function writesBelow(other: Fetch, fetch: Fetch): boolean {
  if (other.path.length < fetch.path.length || !fetch.path.every(({ key }, index) => other.path[index]?.key === key))
    return false
  const answered = objectsOf(fetch)
  const next = other.path[fetch.path.length]
  return next ? answered.has(next.key) : [...objectsOf(other)].some((key) => answered.has(key))
}

function objectsOf({ selection }: Fetch): Set<string> {
  const keys = new Set<string>()
  for (const fields of selection.byType.values()) for (const { key, sub } of fields.values()) if (sub) keys.add(key)
  return keys
}
