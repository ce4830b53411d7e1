import { badUserInput } from '@movieverse/service/errors.ts'
import { fromGlobalId, type NodeType } from '@movieverse/titles/global-id.ts'

/** What a global id names. Throws BAD_USER_INPUT where it is not one of ours, whatever it holds. */
export function parseGlobalId(id: string, field = 'id'): { type: NodeType; id: number } {
  const named = fromGlobalId(id)
  if (!named) throw badUserInput(field, 'is not an id of this platform')
  return named
}

/** The row that a global id of the type names, null where it names something else; throws like parseGlobalId. */
export function rowIdOf(type: NodeType, id: string, field = 'id'): number | null {
  const named = parseGlobalId(id, field)
  return named.type === type ? named.id : null
}

/** An id at IMDb, checked. Throws BAD_USER_INPUT where it is not `tt` and digits. */
export function parseImdbId(imdbId: string, field = 'imdbId'): string {
  if (!isImdbId(imdbId)) throw badUserInput(field, 'is not an id of a title at IMDb: tt and 7 to 10 digits')
  return imdbId
}

/** Whether a text has the form of a title's id at IMDb. */
export function isImdbId(text: string): boolean {
  return /^tt[0-9]{7,10}$/.test(text)
}
