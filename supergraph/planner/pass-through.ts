import { isUtf8 } from 'node:buffer'
import { directBody, type DirectQuery } from './direct-query.ts'
import type { ErrorPlace } from './errors.ts'
import type { Run } from './execute.ts'
import { isRow, type Row } from './representations.ts'

/** How a direct query ended: with bytes for the client, with data that errors left, or with nothing. */
export interface DirectAnswer {
  readonly bytes: Buffer | undefined
  /** Under the client's names. */
  readonly data: Row | undefined
}

/**
 * Asks the one subgraph that can answer an operation alone, under the client's own names. Problems go to `onErrors`, as
 * they do for a plan that is run.
 */
export async function runDirect(direct: DirectQuery, run: Run): Promise<DirectAnswer> {
  const place: ErrorPlace = { request: direct.request, root: {}, firstRowOf: () => undefined, isDirect: true }
  try {
    const { bytes, data, errors } = await run.send(direct.request.subgraph, directBody(direct, run.variables), true)
    if (bytes) return { bytes, data: undefined }
    if (errors.length > 0) run.onErrors(place, { errors })
    return { bytes: undefined, data: isRow(data) ? data : undefined }
  } catch (failure) {
    run.onErrors(place, { failure })
    return { bytes: undefined, data: undefined }
  }
}

const head = '{"data":{'
const tail = '}}'
const extensions = '"extensions"'
const x = extensions.charCodeAt(2)

/**
 * Whether the bytes of an answer may go to a client without being parsed: an object of data and nothing else. Errors are a
 * list, so an answer that begins with data and ends with two braces has none, unless extensions come after them. One in
 * which that word occurs elsewhere is looked at, for nothing.
 */
export function isPassable(bytes: Buffer): boolean {
  return (
    bytes.toString('latin1', 0, head.length) === head &&
    bytes.toString('latin1', bytes.length - tail.length) === tail &&
    !holdsExtensions(bytes) &&
    isUtf8(bytes)
  )
}

/** Looks for the word by its one rare letter, which takes a tenth of the time. */
function holdsExtensions(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(x); at !== -1; at = bytes.indexOf(x, at + 1)) {
    if (bytes.toString('latin1', at - 2, at - 2 + extensions.length) === extensions) return true
  }
  return false
}
