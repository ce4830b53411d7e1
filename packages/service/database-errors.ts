import { PublicError } from './errors.ts'

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'PROTOCOL_CONNECTION_LOST',
  'MOVIEVERSE_QUERY_TIMEOUT',
  'SQLITE_BUSY',
  'SQLITE_CANTOPEN',
  'SQLITE_IOERR',
])

/** MariaDB's max_statement_time and MySQL's max_execution_time; mysql2 has no name for the first. */
const tooSlow = new Set([1969, 3024])

/** A SERVICE_UNAVAILABLE for an error that says the database cannot be used right now, or null for any other error. */
export function unavailabilityOf(error: unknown): PublicError | null {
  if (!(error instanceof Error)) return null
  const code = 'code' in error ? String(error.code) : ''
  if ('errno' in error && tooSlow.has(Number(error.errno)))
    return unavailable('This takes the database too long; ask for less', error)
  const isGone = unreachable.has(code) || error.name === 'KnexTimeoutError' || isClosedConnection(error)
  return isGone ? unavailable('The database does not answer; try again', error) : null
}

// mysql2 has no code for a statement that is given to a connection which ended in the meantime.
function isClosedConnection({ message }: Error): boolean {
  return /closed state|Connection lost|connection is not open/i.test(message)
}

function unavailable(message: string, cause: Error): PublicError {
  return new PublicError('SERVICE_UNAVAILABLE', message, {}, { cause })
}
