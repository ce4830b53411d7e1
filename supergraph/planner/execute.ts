import type { ErrorPlace } from './errors.ts'
import { compileRepresentation, isRow, type Represent, type Row } from './representations.ts'
import type { EntityGroup, EntityPart, PlannedRequest } from './requests.ts'
import { copyOf, forEachRow, mergeRow } from './rows.ts'
import type { Rename } from './print.ts'

/** A subgraph's answer, as it came. */
export interface SubgraphAnswer {
  readonly data: unknown
  readonly errors: readonly unknown[]
  /** The whole answer as it came, where that was asked for and it is passable; see pass-through.ts. No data then. */
  readonly bytes?: Buffer | undefined
}

/**
 * Sends a request's JSON body to a subgraph. Rejects where no answer came. Whoever wants the answer's bytes may get its
 * data all the same.
 */
export type Send = (subgraph: string, body: string, wantsBytes?: boolean) => Promise<SubgraphAnswer>

/** What one run of a plan needs from outside. */
export interface Run {
  readonly send: Send
  /** The client's variables after coercion. */
  readonly variables: Readonly<Record<string, unknown>>
  /** Told once for every failed call and for every answer with errors. */
  readonly onErrors: (
    place: ErrorPlace,
    problem: { readonly failure: unknown } | { readonly errors: readonly unknown[] },
  ) => void
}

/** A plan that can be run any number of times. Answers the result tree, in which what failed is missing. */
export type CompiledPlan = (run: Run) => Promise<Row>

/** Prepares stages (one after the other, as mutations need it) of requests, each of which waits for those it depends on. */
export function compilePlan(stages: ReadonlyArray<readonly PlannedRequest[]>): CompiledPlan {
  const compiled = stages.map((requests) => requests.map(compileRequest))
  const [only] = compiled
  const [single] = only ?? []
  if (single && compiled.length === 1 && only?.length === 1) {
    return async (run) => {
      const root: Row = {}
      await single.execute(root, run)
      return root
    }
  }
  return async (run) => {
    const root: Row = {}
    for (const stage of compiled) await runStage(stage, root, run)
    return root
  }
}

interface CompiledRequest {
  readonly dependsOn: readonly number[]
  readonly execute: (root: Row, run: Run) => Promise<void>
}

async function runStage(requests: readonly CompiledRequest[], root: Row, run: Run): Promise<void> {
  const done: Array<Promise<void>> = []
  for (const { dependsOn, execute } of requests) {
    const needed = dependsOn.flatMap((id) => done[id] ?? [])
    done.push(needed.length === 0 ? execute(root, run) : Promise.all(needed).then(() => execute(root, run)))
  }
  await Promise.all(done)
}

function compileRequest(request: PlannedRequest): CompiledRequest {
  const head = `{"query":${JSON.stringify(request.query)}`
  const fixed = `${head}}`
  const collectors = request.groups.map(compileGroup)
  const execute = async (root: Row, run: Run): Promise<void> => {
    const asked = collectors.map((collectFrom) => collectFrom(root))
    const isEntities = asked.length > 0
    if (isEntities && asked.every(({ texts }) => texts.length === 0)) return
    const variables = clientVariables(request.variables, run.variables)
    for (const { variable, texts } of asked) variables.push(`${variable}:[${texts.join(',')}]`)
    const body = variables.length === 0 ? fixed : `${head},"variables":{${variables.join(',')}}}`
    const place: ErrorPlace = { request, root, firstRowOf: (group, index) => asked[group]?.rows[index] }
    let answer: SubgraphAnswer
    try {
      answer = await run.send(request.subgraph, body)
    } catch (failure) {
      run.onErrors(place, { failure })
      return
    }
    const { data, errors } = answer
    if (isRow(data)) {
      if (request.root) mergeRoot(root, data, request.root.renames)
      for (const { merge, rows, responseKey } of asked) merge(rows, data[responseKey])
    }
    // Told when the answer is in its place, where it says of which types objects are.
    if (errors.length > 0) run.onErrors(place, { errors })
  }
  return { dependsOn: request.dependsOn, execute }
}

/** The client's variables of these names as parts of a JSON object; those without a value are left out. */
export function clientVariables(names: readonly string[], values: Run['variables']): string[] {
  const given: string[] = []
  for (const name of names) {
    const value = values[name]
    if (value !== undefined) given.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`)
  }
  return given
}

function mergeRoot(root: Row, data: Row, renames: readonly Rename[]): void {
  rename(data, renames)
  mergeRow(root, data)
}

function rename(value: unknown, renames: readonly Rename[]): void {
  for (const { path, from, to } of renames) {
    forEachRow(value, path, (row) => {
      if (row[from] === undefined) return
      row[to] = row[from]
      delete row[from]
    })
  }
}

/** The representations that are asked about, and for each the objects that it stands for. */
interface Asked extends AskedGroup {
  readonly texts: readonly string[]
  readonly rows: readonly AskedRow[]
}

/** What all runs of a plan know of one `_entities` field. */
interface AskedGroup {
  readonly responseKey: string
  /** As a property's name in JSON. */
  readonly variable: string
  readonly merge: (rows: readonly AskedRow[], entities: unknown) => void
}

/** An object of the result tree, and the part of the plan through which it was found. */
export interface AskedRow {
  readonly row: Row
  readonly part: EntityPart
  /** Another one that the same representation stands for: seldom, so that it is a chain and no list. */
  next: AskedRow | undefined
}

function compileGroup({ responseKey, variable, parts, renames }: EntityGroup): (root: Row) => Asked {
  const compiled = parts.map((part) => ({ part, represent: compileRepresentation(part.typeName, part.inputs) }))
  const group: AskedGroup = {
    responseKey,
    variable: JSON.stringify(variable),
    merge(rows, entities) {
      if (!Array.isArray(entities)) return
      rename(entities, renames)
      for (let index = 0; index < rows.length; index += 1) mergeEntity(rows[index], entities[index])
    },
  }
  return (root) => collect(root, group, compiled)
}

function collect(
  root: Row,
  { responseKey, variable, merge }: AskedGroup,
  parts: ReadonlyArray<{ part: EntityPart; represent: Represent }>,
): Asked {
  const lastByText = new Map<string, AskedRow>()
  const texts: string[] = []
  const rows: AskedRow[] = []
  for (const { part, represent } of parts) {
    forEachRow(root, part.path, (row) => {
      const text = represent(row)
      if (text === undefined) return
      const asked = { row, part, next: undefined }
      const last = lastByText.get(text)
      lastByText.set(text, asked)
      if (last) {
        last.next = asked
        return
      }
      texts.push(text)
      rows.push(asked)
    })
  }
  return { responseKey, variable, merge, texts, rows }
}

function mergeEntity(first: AskedRow | undefined, entity: unknown): void {
  if (!isRow(entity)) return
  for (let asked = first; asked; asked = asked.next) {
    const { row, part } = asked
    mergeRow(row, asked !== first && part.isExtended ? (copyOf(entity) as Row) : entity)
  }
}
