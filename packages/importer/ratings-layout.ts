import type { ReadingListener } from './layout.ts'

/** A rating as a file has it. */
export interface RatingInput {
  /** The id that the viewer gets here. */
  readonly userId: string
  /** The title's id at IMDb. */
  readonly imdbId: string
  /** 0.5 to 5 in halves. */
  readonly stars: number
  readonly ratedAt: Date
}

/** Ratings that passed validation, in the same order whenever they are read. */
export interface RatingsSource {
  readonly ratingCount: number
  /** Rows read of each file, the header not counted. */
  readonly rowsRead: Readonly<Record<string, number>>
  /** Names of the rated titles by their ids at IMDb. */
  readonly names: ReadonlyMap<string, string>
  /** Throws an ImportError SOURCE_CHANGED, at its end, where the file is not the one that was validated. */
  ratings(): AsyncIterable<RatingInput>
}

/** A form in which ratings come as files. */
export interface RatingsLayout {
  readonly name: string
  /** Reads and checks every file and touches no database, as a catalogue's layout does. */
  validate(path: string, now: Date, listener: ReadingListener): Promise<RatingsSource>
}
