import { GraphQLError } from 'graphql'
import { PublicError, type ErrorCode } from '@movieverse/service/errors.ts'
import type { Path } from './client-paths.ts'
import type { AskedRow } from './execute.ts'
import type { PathStep, SelectedField, Selection } from './fetches.ts'
import { isRow, type Row } from './representations.ts'
import type { PlannedRequest } from './requests.ts'

/** Where a request's answer was to go. */
export interface ErrorPlace {
  readonly request: PlannedRequest
  /** The result tree. */
  readonly root: Row
  /** The first of the objects that one representation of an `_entities` field stands for. */
  readonly firstRowOf: (group: number, index: number) => AskedRow | undefined
  /** Whether the answer is under the client's own names. */
  readonly isDirect?: boolean
}

/** An error of one entity that stands in thousands of places is told for the first few. */
const placesToldAtMost = 10

/** Codes that a subgraph's error keeps on its way to the client, together with its text; every other is masked. */
const passedOn: ReadonlySet<string> = new Set<ErrorCode>([
  'BAD_USER_INPUT',
  'INVALID_CURSOR',
  'UNKNOWN_REGION',
  'REGION_REQUIRED',
  'NOT_FOUND',
  'FORBIDDEN',
  'UNAUTHENTICATED',
  'LIMIT_EXCEEDED',
  'SERVICE_UNAVAILABLE',
])

/** The one error that a client sees of a call that failed, at the path that all its fields share. */
export function errorOfFailure(place: ErrorPlace, failure: unknown): GraphQLError {
  const originalError = failure instanceof Error ? failure : new Error(String(failure))
  return new GraphQLError(originalError.message, { path: commonPath(place), originalError })
}

/** A subgraph's own errors at the client's paths: one for every place in which the client sees the object. */
export function errorsOfAnswer(place: ErrorPlace, errors: readonly unknown[]): GraphQLError[] {
  return errors.flatMap((error) => {
    const originalError = publicErrorOf(place.request.subgraph, error)
    const paths = isRow(error) && Array.isArray(error.path) ? clientPaths(place, error.path) : []
    if (paths.length === 0) paths.push(commonPath(place))
    return paths.map((path) => new GraphQLError(originalError.message, { path, originalError }))
  })
}

function publicErrorOf(service: string, error: unknown): Error {
  const { message, extensions }: Row = isRow(error) ? error : {}
  const { code, field }: Row = isRow(extensions) ? extensions : {}
  if (typeof message !== 'string' || typeof code !== 'string' || !passedOn.has(code)) {
    return new PublicError('INTERNAL_SERVER_ERROR', 'Internal server error', { service }, { cause: error })
  }
  // The set above holds error codes only.
  return new PublicError(code as ErrorCode, message, { service, ...(typeof field === 'string' && { field }) })
}

function clientPaths(place: ErrorPlace, path: Path): Path[] {
  const { request, root } = place
  if (place.isDirect) return path.length > 0 ? [path] : []
  if (request.root) return toldPaths(request.client.of(root, propertiesOf(request.root.selection, path)))
  const [name, index, ...rest] = path
  const group = request.groups.findIndex(({ responseKey }) => responseKey === name)
  if (group === -1 || typeof index !== 'number') return []
  const paths: Path[] = []
  let asked = place.firstRowOf(group, index)
  for (; asked && paths.length < placesToldAtMost; asked = asked.next) {
    const { row, part } = asked
    const [start] = pathsTo(root, part.path, (candidate) => candidate === row, 1)
    if (start) paths.push(...request.client.of(root, [...start, ...propertiesOf(part.selection, rest)]))
  }
  return toldPaths(paths)
}

function toldPaths(paths: readonly Path[]): Path[] {
  return paths.filter(({ length }) => length > 0).slice(0, placesToldAtMost)
}

/** A path within an answer as properties of our result tree. */
function propertiesOf(selection: Selection | undefined, path: Path): Path {
  const [head, ...rest] = path
  if (head === undefined || !selection) return []
  if (typeof head === 'number') return [head, ...propertiesOf(selection, rest)]
  const field = findField(selection, head)
  return field ? [field.key, ...propertiesOf(field.sub, rest)] : []
}

function findField({ byType }: Selection, property: string): SelectedField | undefined {
  for (const [typeName, fields] of byType) {
    const field = fields.get(property) ?? fields.get(property.replace(`__${typeName}`, ''))
    if (field) return field
  }
  return undefined
}

/** What all the places share that a failed call was to fill. */
function commonPath({ request, root, firstRowOf }: ErrorPlace): Path {
  const { client } = request
  if (request.root) {
    const [first = []] = keysOf(request.root.selection).flatMap((key) => toldPaths(client.of(root, [key])))
    return first
  }
  const paths: Path[] = []
  for (const [group, { parts }] of request.groups.entries()) {
    const asked = new Set<Row>()
    let first = firstRowOf(group, 0)
    for (let index = 1; first; index += 1) {
      for (let each: AskedRow | undefined = first; each; each = each.next) asked.add(each.row)
      first = firstRowOf(group, index)
    }
    for (const { path, selection } of parts) {
      const places = pathsTo(root, path, (row) => asked.has(row), 2)
      paths.push(...places.flatMap((place) => keysOf(selection).flatMap((key) => client.of(root, [...place, key]))))
    }
  }
  const longest = paths.filter((path) => !paths.some((other) => isPrefix(path, other)))
  const [first = [], ...others] = longest
  const end = first.findIndex((segment, index) => others.some((path) => path[index] !== segment))
  return end === -1 ? first : first.slice(0, end)
}

/** Whether a path leads to somewhere above another. */
function isPrefix(path: Path, other: Path): boolean {
  return path.length < other.length && path.every((segment, index) => other[index] === segment)
}

function keysOf({ byType }: Selection): string[] {
  return [...new Set([...byType.values()].flatMap((fields) => [...fields.keys()]))].filter(
    (key) => key !== '__typename',
  )
}

/** Where objects of the result tree are, the first few. */
function pathsTo(root: Row, steps: readonly PathStep[], isMeant: (row: Row) => boolean, atMost: number): Path[] {
  const found: Path[] = []
  const walk = (value: unknown, index: number, path: Path): void => {
    if (found.length >= atMost) return
    if (Array.isArray(value)) {
      for (const [position, item] of value.entries()) walk(item, index, [...path, position])
    } else if (isRow(value)) {
      const step = steps[index]
      if (step) walk(value[step.key], index + 1, [...path, step.key])
      else if (isMeant(value)) found.push(path)
    }
  }
  walk(root, 0, [])
  return found
}
