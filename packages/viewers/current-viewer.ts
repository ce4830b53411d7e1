import { PublicError } from '@movieverse/service/errors.ts'
import type { Identity } from '@movieverse/service/identity.ts'

/** What a token may allow its holder to do with their own data. */
export type ViewerScope = 'viewer:read' | 'viewer:write'

/** Visible ASCII, as long as the column: so that two ids which a database compares as equal are the same. */
const userIdPattern = /^[\x21-\x7e]{1,190}$/

/**
 * The user id of the one who asks. Throws UNAUTHENTICATED where the edge vouches for nobody, FORBIDDEN where the token lacks
 * the scope, BAD_REQUEST where the id is none that can be stored.
 */
export function requireViewer({ userId, scopes }: Identity, scope: ViewerScope): string {
  if (userId === null) {
    throw new PublicError('UNAUTHENTICATED', 'This is answered to a signed-in viewer: send a token of a person')
  }
  if (!scopes.includes(scope)) throw new PublicError('FORBIDDEN', `This needs a token with the scope ${scope}`)
  if (!userIdPattern.test(userId)) {
    throw new PublicError('BAD_REQUEST', 'The user id is not 1 to 190 characters of visible ASCII')
  }
  return userId
}

/** What is told to somebody who was erased and whose token is from before. */
export function erasedError(): PublicError {
  return new PublicError('UNAUTHENTICATED', 'This viewer was erased; the token is from before')
}
