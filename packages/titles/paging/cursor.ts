import { createHash } from 'node:crypto'
import { PublicError } from '@movieverse/service/errors.ts'

/** Where a page ends: the ordering key of its last item, or a tuple of them. */
export type CursorKey = string | number | readonly number[]

/** Writes and reads the cursors of one list; a cursor of any other list is refused. */
export interface CursorCodec<Key extends CursorKey> {
  encode(key: Key): string
  /** The key in the cursor; null stays null. Throws INVALID_CURSOR naming the argument. */
  decode(field: 'after' | 'before', cursor: string | null): Key | null
}

const version = 1
const longestCursor = 2048

/**
 * Cursors are base64url of the JSON `[version, list, key]`. `list` names everything that the list depends on (its
 * scope, order and filter); its hash binds the cursor to it. Nothing in a cursor is secret or trusted: a key is only
 * compared, and `isKey` says which shape it must have.
 */
export function createCursorCodec<Key extends CursorKey>(
  list: unknown,
  isKey: (key: unknown) => key is Key,
): CursorCodec<Key> {
  const hash = createHash('sha256').update(JSON.stringify(list)).digest('base64url').slice(0, 12)
  return {
    encode: (key) => Buffer.from(JSON.stringify([version, hash, key])).toString('base64url'),
    decode(field, cursor) {
      if (cursor === null) return null
      const parts = partsOf(cursor)
      if (!parts) throw invalid(field, 'is not a cursor of this service')
      const [cursorVersion, cursorHash, key] = parts
      if (cursorVersion !== version) throw invalid(field, 'is a cursor of another version: start from the first page')
      if (cursorHash !== hash)
        throw invalid(field, 'belongs to another list: filter, order and region must stay the same')
      if (parts.length !== 3 || !isKey(key)) throw invalid(field, 'is not a cursor of this service')
      return key
    },
  }
}

function partsOf(cursor: string): unknown[] | null {
  if (cursor.length > longestCursor || !/^[A-Za-z0-9_-]+$/.test(cursor)) return null
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(parts) && typeof parts[0] === 'number' ? parts : null
  } catch {
    return null
  }
}

function invalid(field: string, reason: string): PublicError {
  return new PublicError('INVALID_CURSOR', `${field} ${reason}`, { field })
}
