import type { Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import { ImportError } from './import-error.ts'

/** A row of a CSV file with the fields in the order of the asked columns, trimmed; empty is unknown. */
export interface CsvRow {
  readonly line: number
  /** As many as columns were asked for, or a row that has fewer or more fields than the header. */
  readonly fields: readonly string[]
  readonly isComplete: boolean
}

interface ReadOptions {
  /** Takes every byte of the file. */
  readonly hash?: Hash
  readonly onBytes?: (count: number) => void
  /** Names of columns are compared without case; `columns` are in small letters. */
  readonly ignoresCase?: boolean
}

/** No record of these layouts comes near it: a longer one is an open quote that swallows the file. */
const longestRecord = 1_000_000

/**
 * Streams a CSV file (UTF-8, with or without a byte order mark, comma, RFC 4180 quotes) whose header holds exactly
 * these columns in any order. Throws an ImportError where the file cannot be read, is not UTF-8, has other columns, is
 * malformed, or ends within a row.
 */
export async function* readCsv(
  path: string,
  columns: readonly string[],
  options: ReadOptions = {},
): AsyncGenerator<CsvRow> {
  const file = basename(path)
  const parser = parse({
    info: true,
    bom: true,
    trim: true,
    skipEmptyLines: true,
    relaxColumnCount: true,
    maxRecordSize: longestRecord,
  })
  const feeding = pipeline(createReadStream(path), (chunks) => checkBytes(chunks, options), parser).catch(
    (error: unknown) => error,
  )
  let order: number[] | undefined
  let previous: CsvRow | undefined
  try {
    for await (const entry of parser) {
      const { record, info } = entry as { record: string[]; info: { lines: number } } // `as`: what `info: true` yields
      if (!order) {
        const header = options.ignoresCase ? record.map((name) => name.toLowerCase()) : record
        order = orderOf(file, header, columns)
        continue
      }
      if (previous) yield previous
      const isComplete = record.length === columns.length
      previous = {
        line: info.lines,
        isComplete,
        fields: isComplete ? order.map((index) => record[index] ?? '') : record,
      }
    }
    const failure = await feeding
    if (failure) throw failure
  } catch (error) {
    throw await explain(error, path)
  } finally {
    parser.destroy()
  }
  if (!order) throw new ImportError('WRONG_COLUMNS', `${file} is empty: expected the columns ${columns.join(',')}`)
  if (previous && !previous.isComplete && previous.fields.length < columns.length) {
    throw new ImportError('TRUNCATED', `${file} ends within a row, at line ${previous.line}: is the file complete?`)
  }
  if (previous) yield previous
}

/** Hands the file's bytes on as they are; throws where they are not UTF-8. */
async function* checkBytes(chunks: AsyncIterable<Buffer>, { hash, onBytes }: ReadOptions): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const chunk of chunks) {
    decoder.decode(chunk, { stream: true })
    hash?.update(chunk)
    onBytes?.(chunk.length)
    yield chunk
  }
  decoder.decode()
}

function orderOf(file: string, header: readonly string[], columns: readonly string[]): number[] {
  const missing = columns.filter((column) => !header.includes(column))
  const unknown = header.filter((column, index) => !columns.includes(column) || header.indexOf(column) !== index)
  if (missing.length > 0 || unknown.length > 0) {
    const problems = [
      ...(missing.length > 0 ? [`missing ${missing.join(', ')}`] : []),
      ...(unknown.length > 0
        ? [`unexpected ${unknown.map((name) => JSON.stringify(name.slice(0, 40))).join(', ')}`]
        : []),
    ]
    throw new ImportError('WRONG_COLUMNS', `${file} has other columns: ${problems.join('; ')}`)
  }
  return columns.map((column) => header.indexOf(column))
}

async function explain(error: unknown, path: string): Promise<unknown> {
  const file = basename(path)
  if (error instanceof ImportError) return error
  if (error instanceof CsvError) {
    if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
      return new ImportError('TRUNCATED', `${file} ends within a quoted field: is the file complete?`, { cause: error })
    }
    const line = 'lines' in error ? `, line ${String(error.lines)}` : ''
    return new ImportError('MALFORMED_CSV', `${file}${line}: ${error.message}`, { cause: error })
  }
  if (error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    const line = await findInvalidLine(path)
    return new ImportError('NOT_UTF8', `${file}, line ${line}: not UTF-8, save the file as UTF-8`, { cause: error })
  }
  if (error instanceof Error && 'syscall' in error) {
    return new ImportError('FILE_UNREADABLE', `${file} cannot be read: ${error.message}`, { cause: error })
  }
  return error
}

/** The number of the first line whose bytes are not UTF-8. */
async function findInvalidLine(path: string): Promise<number> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = Buffer.alloc(0)
  let line = 1
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    // `as`: no encoding is set
    rest = Buffer.concat([rest, chunk])
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      if (!isDecodable(decoder, rest.subarray(0, end))) return line
      rest = rest.subarray(end + 1)
      line += 1
    }
  }
  return line
}

function isDecodable(decoder: TextDecoder, bytes: Buffer): boolean {
  try {
    decoder.decode(bytes)
    return true
  } catch {
    return false
  }
}
