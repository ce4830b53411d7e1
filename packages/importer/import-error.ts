import type { Reject } from './layout.ts'

/** Why an import was refused or broke off; scripts may rely on the codes. */
export type ImportErrorCode =
  | 'FILE_UNREADABLE'
  | 'WRONG_COLUMNS'
  | 'NOT_UTF8'
  | 'TRUNCATED'
  | 'MALFORMED_CSV'
  | 'TOO_MANY_REJECTS'
  | 'SOURCE_CHANGED'
  | 'ALREADY_RUNNING'
  | 'NO_SCHEMA'

/**
 * A refusal that its reader can act on: its text starts with the code and names the file, and the line where there is
 * one.
 */
export class ImportError extends Error {
  override readonly name = 'ImportError'
  readonly code: ImportErrorCode
  /** For TOO_MANY_REJECTS the first thousand rows that could not be taken. */
  readonly rejects: readonly Reject[]

  constructor(code: ImportErrorCode, message: string, options: ErrorOptions & { rejects?: readonly Reject[] } = {}) {
    super(`${code}: ${message}`, options)
    this.code = code
    this.rejects = options.rejects ?? []
  }
}
