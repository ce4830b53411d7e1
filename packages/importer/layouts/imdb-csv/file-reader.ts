import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readCsv } from '../../csv-file.ts'
import { ImportError } from '../../import-error.ts'
import type { ReadingListener } from '../../layout.ts'
import { createRowReader, type RowReader } from './row-reader.ts'

/** Reads the files of one folder, tells the listener of rejects and progress, and hashes every byte. */
export interface FileReader {
  read<Column extends string>(
    file: string,
    columns: readonly Column[],
    take: (row: RowReader<Column>) => void,
  ): Promise<void>
  /** Rows read of each file so far. */
  readonly rowsRead: Readonly<Record<string, number>>
  /** SHA-256 of each file read so far, in hex. */
  readonly digests: Readonly<Record<string, string>>
}

/**
 * A reader of these files. Throws an ImportError FILE_UNREADABLE that names every file that is missing, before
 * anything is read. With `ignoresCase`, names of columns are compared without case.
 */
export async function openFolder(
  folder: string,
  files: readonly string[],
  listener: ReadingListener,
  { ignoresCase = false }: { readonly ignoresCase?: boolean } = {},
): Promise<FileReader> {
  const total = await totalSize(folder, files)
  const rowsRead: Record<string, number> = {}
  const digests: Record<string, string> = {}
  let done = 0
  const onBytes = (count: number): void => {
    done += count
    listener.onBytes(done, total)
  }
  return {
    rowsRead,
    digests,
    async read(file, columns, take) {
      const hash = createHash('sha256')
      let count = 0
      for await (const csvRow of readCsv(join(folder, file), columns, { hash, onBytes, ignoresCase })) {
        const row = createRowReader(file, columns, csvRow)
        take(row)
        if (row.rejected) listener.onReject(row.rejected)
        count += 1
      }
      rowsRead[file] = count
      digests[file] = hash.digest('hex')
    },
  }
}

async function totalSize(folder: string, files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    files.map(async (file) => {
      const found = await stat(join(folder, file)).catch(() => undefined)
      return found?.isFile() ? found.size : undefined
    }),
  )
  const missing = files.filter((_, index) => sizes[index] === undefined)
  if (missing.length > 0) throw new ImportError('FILE_UNREADABLE', `${folder} has no ${missing.join(', ')}`)
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)
}
