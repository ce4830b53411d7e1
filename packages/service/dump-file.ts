import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { z } from 'zod'

/*
 * A dump is JSON lines, gzipped where its name ends in `.gz`: a header, one array of values for each row, in the order
 * of the header's tables and with their numbers of rows, and a trailer with the SHA-256 of all the lines before it.
 */

const headerSchema = z.object({
  format: z.literal('movieverse-dump'),
  version: z.literal(1),
  /** The migrations that the schema has had: its version. */
  migrations: z.array(z.string()),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()), rows: z.int().min(0) })),
})

export type DumpHeader = z.output<typeof headerSchema>

/** A value of a row: text, number, null, or bytes. */
export type DumpValue = string | number | null | Buffer

/** A file that is no whole and unchanged dump. */
export class DumpError extends Error {
  override readonly name = 'DumpError'
}

const chunkLength = 64 * 1024

/** Writes a dump; the file appears under its name when it is complete. Rows come in the order of the header. */
export async function writeDump(path: string, header: DumpHeader, rows: AsyncIterable<DumpValue[]>): Promise<void> {
  const part = `${path}.part`
  const file = createWriteStream(part)
  const source = Readable.from(encode(header, rows), { objectMode: false })
  try {
    await (isGzip(path) ? pipeline(source, createGzip(), file) : pipeline(source, file))
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

async function* encode(header: DumpHeader, rows: AsyncIterable<DumpValue[]>): AsyncGenerator<string> {
  const hash = createHash('sha256')
  let chunk = `${JSON.stringify(header)}\n`
  for await (const row of rows) {
    chunk += `${JSON.stringify(row.map(encodeValue))}\n`
    if (chunk.length < chunkLength) continue
    hash.update(chunk)
    yield chunk
    chunk = ''
  }
  hash.update(chunk)
  yield `${chunk}${JSON.stringify({ sha256: hash.digest('hex') })}\n`
}

function encodeValue(value: DumpValue): unknown {
  return Buffer.isBuffer(value) ? { base64: value.toString('base64') } : value
}

/** One row of a dump with the position of its table in the header. */
export interface DumpRow {
  readonly table: number
  readonly values: DumpValue[]
}

/** The header of a dump. Throws a DumpError where the file is none. */
export async function readHeader(path: string): Promise<DumpHeader> {
  for await (const line of linesOf(path)) return parseHeader(path, line)
  throw new DumpError(`${path} is empty`)
}

/** Reads the whole file and throws a DumpError unless it is complete and as it was written. */
export async function verifyDump(path: string): Promise<void> {
  for await (const _line of rowLines(path));
}

/** The rows of a dump in order. Throws a DumpError, at the latest after the last row, where the file was altered. */
export async function* readRows(path: string): AsyncGenerator<DumpRow> {
  for await (const { table, line } of rowLines(path)) yield { table, values: JSON.parse(line, revive) }
}

function revive(_key: string, value: unknown): unknown {
  const isBytes = typeof value === 'object' && value !== null && 'base64' in value && typeof value.base64 === 'string'
  return isBytes ? Buffer.from(value.base64 as string, 'base64') : value
}

async function* rowLines(path: string): AsyncGenerator<{ table: number; line: string }> {
  const hash = createHash('sha256')
  let header: DumpHeader | undefined
  let table = 0
  let left = 0
  let isComplete = false
  for await (const line of linesOf(path)) {
    if (isComplete) throw new DumpError(`${path} goes on after its end`)
    if (!header) {
      header = parseHeader(path, line)
      table = -1
    } else if (line.startsWith('{')) {
      if (line !== JSON.stringify({ sha256: hash.digest('hex') }))
        throw new DumpError(`${path} was altered: its checksum differs`)
      isComplete = true
      continue
    } else {
      if (left === 0) throw new DumpError(`${path} was altered: it has more rows than its header says`)
      left -= 1
      yield { table, line }
    }
    hash.update(line).update('\n')
    while (left === 0 && table < header.tables.length - 1) left = header.tables[++table]?.rows ?? 0
  }
  if (!isComplete) throw new DumpError(`${path} is truncated`)
  if (left > 0) throw new DumpError(`${path} was altered: it has fewer rows than its header says`)
}

function parseHeader(path: string, line: string): DumpHeader {
  const parsed = headerSchema.safeParse(jsonOf(line))
  if (!parsed.success) throw new DumpError(`${path} is no dump of MovieVerse, or one of a later version`)
  return parsed.data
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Lines end with a line feed and nothing else; what follows the last one is a line that was cut off. */
async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path)
  const source = isGzip(path) ? file.pipe(createGunzip()) : file
  file.on('error', (error) => source.destroy(error))
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let rest = ''
  try {
    for await (const chunk of source) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (error) {
    throw damageOf(path, error) ?? error
  } finally {
    file.destroy()
  }
  if (rest !== '') throw new DumpError(`${path} is truncated`)
}

function damageOf(path: string, error: unknown): DumpError | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'Z_BUF_ERROR') return new DumpError(`${path} is truncated`, { cause: error })
  if (code.startsWith('Z_')) return new DumpError(`${path} was altered, or is not gzipped`, { cause: error })
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return new DumpError(`${path} was altered: it is not UTF-8`, { cause: error })
  return null
}

function isGzip(path: string): boolean {
  return path.endsWith('.gz')
}
