import type { CsvRow } from '../../csv-file.ts'
import type { Reject } from '../../layout.ts'
import type { Parsed } from './fields.ts'

/**
 * Parses the fields of one row by their columns and keeps the first problem: the row's reject, if it has one. Once a
 * row is rejected, what its parsers answer no longer matters.
 */
export interface RowReader<Column extends string> {
  read<Value>(column: Column, parser: (text: string) => Parsed<Value>): Value | null
  /** The field as it stands in the file; empty where the row lacks it. */
  text(column: Column): string
  /** Rejects the row for a reason that lies outside of the field itself. */
  reject(column: Column, reason: string): void
  readonly rejected: Reject | undefined
}

/** A reader of one row of the file with these columns; a row with too many or too few fields is rejected as such. */
export function createRowReader<Column extends string>(
  file: string,
  columns: readonly Column[],
  row: CsvRow,
): RowReader<Column> {
  let rejected: Reject | undefined
  const reject = (field: string, reason: string): void => {
    rejected ??= { file, line: row.line, field, reason }
  }
  if (!row.isComplete) reject('*', `${row.fields.length} fields in place of ${columns.length}`)
  const text = (column: Column): string => row.fields[columns.indexOf(column)] ?? ''
  return {
    read(column, parser) {
      const parsed = parser(text(column))
      if ('value' in parsed) return parsed.value
      reject(column, `${parsed.reason}: ${JSON.stringify(text(column).slice(0, 80))}`)
      return null
    },
    text,
    reject,
    get rejected() {
      return rejected
    },
  }
}
