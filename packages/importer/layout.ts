import type { PersonInput, TitleInput } from '@movieverse/titles/writing/title-writer.ts'
import type { ReferenceNames } from './reference-names.ts'

/** One row that a layout could not take, with what is wrong with it. */
export interface Reject {
  readonly file: string
  /** Where the row ends in the file, the header being line 1. */
  readonly line: number
  readonly field: string
  readonly reason: string
}

/** What a layout tells while it reads. */
export interface ReadingListener {
  onReject(reject: Reject): void
  /** Bytes read so far of all that pass 1 reads. */
  onBytes(done: number, total: number): void
}

/**
 * A source that passed validation. Both lists come in the same order whenever they are read, so that a killed import
 * can skip what it has applied; rows that were rejected are left out. Reading titles throws an ImportError
 * SOURCE_CHANGED where the files are not those that were validated.
 */
export interface Source {
  /** SHA-256 of all files, in hex: another content is another import. */
  readonly fingerprint: string
  readonly peopleCount: number
  readonly titleCount: number
  /** Rows read of each file, the header not counted. */
  readonly rowsRead: Readonly<Record<string, number>>
  people(): Iterable<PersonInput>
  titles(): AsyncIterable<TitleInput>
}

/** A form in which catalogues come as files. */
export interface Layout {
  readonly name: string
  /**
   * Pass 1: reads and checks every file and touches no database. Rows that cannot be taken go to the listener; a
   * file that as a whole cannot be trusted throws an ImportError.
   */
  validate(path: string, names: ReferenceNames, listener: ReadingListener): Promise<Source>
}
