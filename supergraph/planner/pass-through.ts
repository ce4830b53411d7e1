import { directBody, type DirectQuery } from './direct-query.ts'
import type { ErrorPlace } from './errors.ts'
import type { Run } from './execute.ts'
import { isRow, type Row } from './representations.ts'

/** How a direct query ended: with bytes for the client, with data that errors left, or with nothing. */
export interface DirectAnswer {
  readonly text: string | undefined
  /** Under the client's names. */
  readonly data: Row | undefined
}

/**
 * Asks the one subgraph that can answer an operation alone, under the client's own names. Problems go to `onErrors`, as
 * they do for a plan that is run.
 */
export async function runDirect(direct: DirectQuery, run: Run): Promise<DirectAnswer> {
  const place: ErrorPlace = { request: direct.request, root: {}, rowsOf: () => [], isDirect: true }
  try {
    const { text, data, errors } = await run.send(direct.request.subgraph, directBody(direct, run.variables), true)
    if (text !== undefined) return { text, data: undefined }
    if (errors.length > 0) run.onErrors(place, { errors })
    return { text: undefined, data: isRow(data) ? data : undefined }
  } catch (failure) {
    run.onErrors(place, { failure })
    return { text: undefined, data: undefined }
  }
}

/**
 * Whether the text of an answer may go to a client without being parsed: an object of data and nothing else. A text in
 * which the words occur elsewhere is looked at, for nothing.
 */
export function isPassable(text: string): boolean {
  return (
    text.startsWith('{"data":{') && text.endsWith('}}') && !text.includes('"errors"') && !text.includes('"extensions"')
  )
}
