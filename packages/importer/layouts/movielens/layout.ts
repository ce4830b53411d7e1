import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { readCsv } from '../../csv-file.ts'
import { ImportError } from '../../import-error.ts'
import type { RatingInput, RatingsLayout } from '../../ratings-layout.ts'
import { text } from '../imdb-csv/fields.ts'
import { openFolder, type FileReader } from '../imdb-csv/file-reader.ts'
import { createRowReader, type RowReader } from '../imdb-csv/row-reader.ts'
import { identifier, imdbNumber, pastTime, stars } from './fields.ts'

const ratingsFile = 'ratings.csv'
const files = ['movies.csv', 'links.csv', ratingsFile] as const
const ratingColumns = ['userid', 'movieid', 'rating', 'timestamp'] as const
const longestTitle = 500

/** A title as MovieLens knows it. */
interface Movie {
  readonly name: string
  imdbId?: string
}

type Movies = ReadonlyMap<string, Movie>

/**
 * A folder of MovieLens (GroupLens): ratings.csv with times, movies.csv, and links.csv, which gives titles their ids at
 * IMDb. Column names are compared without case, since copies differ. Users become viewers called `movielens-<id>`.
 */
export const movielens: RatingsLayout = {
  name: 'movielens',
  async validate(folder, now, listener) {
    const reader = await openFolder(folder, files, listener, { ignoresCase: true })
    const movies = await readMovies(reader)
    const accepted = await checkRatings(reader, movies, now)
    return {
      ratingCount: accepted.size,
      rowsRead: reader.rowsRead,
      names: new Map([...movies.values()].flatMap(({ imdbId, name }) => (imdbId ? [[imdbId, name]] : []))),
      ratings: () => readRatings(folder, movies, now, accepted, reader.digests[ratingsFile]),
    }
  },
}

async function readMovies(reader: FileReader): Promise<Movies> {
  const movies = new Map<string, Movie>()
  await reader.read('movies.csv', ['movieid', 'title', 'genres'], (row) => {
    const id = row.read('movieid', identifier)
    const name = row.read('title', text(longestTitle))
    if (id === null || name === null || row.rejected) return
    if (movies.has(id)) row.reject('movieid', `repeated: ${id}`)
    else movies.set(id, { name })
  })
  const linked = new Set<string>()
  await reader.read('links.csv', ['movieid', 'imdbid', 'tmdbid'], (row) => {
    const id = row.read('movieid', identifier)
    const imdbId = row.read('imdbid', imdbNumber)
    const movie = id === null ? undefined : movies.get(id)
    if (row.rejected || id === null || imdbId === null) return
    if (!movie) row.reject('movieid', `not in movies.csv: ${id}`)
    else if (movie.imdbId || linked.has(imdbId)) row.reject('imdbid', `repeated: ${imdbId}`)
    else movie.imdbId = imdbId
    linked.add(imdbId)
  })
  return movies
}

/** The lines of ratings.csv that can be taken: by their places among its rows. */
async function checkRatings(reader: FileReader, movies: Movies, now: Date): Promise<ReadonlySet<number>> {
  const rated = new Map<string, Set<string>>()
  const accepted = new Set<number>()
  let place = 0
  await reader.read(ratingsFile, ratingColumns, (row) => {
    const rating = readRating(row, movies, now)
    if (rating) {
      const own = rated.get(rating.userId) ?? new Set()
      if (own.has(rating.imdbId)) row.reject('movieid', `rated twice by user ${row.text('userid')}`)
      else accepted.add(place)
      rated.set(rating.userId, own.add(rating.imdbId))
    }
    place += 1
  })
  return accepted
}

function readRating(row: RowReader<(typeof ratingColumns)[number]>, movies: Movies, now: Date): RatingInput | null {
  const user = row.read('userid', identifier)
  const movieId = row.read('movieid', identifier)
  const value = row.read('rating', stars)
  const ratedAt = row.read('timestamp', pastTime(now))
  if (row.rejected || user === null || movieId === null || value === null || ratedAt === null) return null
  const imdbId = movies.get(movieId)?.imdbId
  if (imdbId === undefined) {
    row.reject('movieid', `${movies.has(movieId) ? 'not in links.csv' : 'not in movies.csv'}: ${movieId}`)
    return null
  }
  return { userId: `movielens-${user}`, imdbId, stars: value, ratedAt }
}

async function* readRatings(
  folder: string,
  movies: Movies,
  now: Date,
  accepted: ReadonlySet<number>,
  digest: string | undefined,
): AsyncGenerator<RatingInput> {
  const hash = createHash('sha256')
  let place = 0
  for await (const row of readCsv(join(folder, ratingsFile), ratingColumns, { hash, ignoresCase: true })) {
    const rating = accepted.has(place)
      ? readRating(createRowReader(ratingsFile, ratingColumns, row), movies, now)
      : null
    if (rating) yield rating
    place += 1
  }
  if (hash.digest('hex') !== digest)
    throw new ImportError('SOURCE_CHANGED', `${ratingsFile} changed while it was imported: run the import again`)
}
