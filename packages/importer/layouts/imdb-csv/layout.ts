import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { TitleInput } from '@movieverse/titles/writing/title-writer.ts'
import { readCsv } from '../../csv-file.ts'
import { ImportError } from '../../import-error.ts'
import type { Layout } from '../../layout.ts'
import type { ReferenceNames } from '../../reference-names.ts'
import { openFolder, type FileReader } from './file-reader.ts'
import { movieColumns, moviesFile, readMovie, type MovieFacts } from './movies-file.ts'
import { createRowReader } from './row-reader.ts'
import { readPeople, readSideFacts, type SideFacts, type TitleIds } from './side-files.ts'

const files = [moviesFile, 'names.csv', 'genres.csv', 'ratings.csv', 'directors.csv', 'roles.csv'] as const

/**
 * Six CSV files of IMDb data: movies.csv and, by its ids, genres, ratings, directors and roles with the people of
 * names.csv. Titles are streamed twice; the small files beside them are joined through maps held in memory, about
 * 1 kB a title.
 */
export const imdbCsv: Layout = {
  name: 'imdb-csv',
  async validate(folder, names, listener) {
    const reader = await openFolder(folder, files, listener)
    const people = await readPeople(reader)
    const ids = await readTitleIds(reader, names)
    const side = await readSideFacts(reader, ids, people, names.genres)
    return {
      fingerprint: fingerprintOf(reader),
      peopleCount: people.size,
      titleCount: ids.known.size,
      rowsRead: reader.rowsRead,
      people: () => people.values(),
      titles: () => readTitles(folder, names, ids.known, side, reader.digests[moviesFile]),
    }
  },
}

async function readTitleIds(reader: FileReader, names: ReferenceNames): Promise<TitleIds> {
  const known = new Set<string>()
  const rejected = new Set<string>()
  await reader.read(moviesFile, movieColumns, (row) => {
    const movie = readMovie(row, names)
    if (!movie) rejected.add(row.text('id'))
    else if (known.has(movie.imdbId)) row.reject('id', `repeated: "${movie.imdbId}"`)
    else known.add(movie.imdbId)
  })
  return { known, rejected }
}

/** Pass 2 over movies.csv: what pass 1 accepted, joined with the other files. */
async function* readTitles(
  folder: string,
  names: ReferenceNames,
  accepted: ReadonlySet<string>,
  side: SideFacts,
  digest: string | undefined,
): AsyncGenerator<TitleInput> {
  const hash = createHash('sha256')
  const open = new Set(accepted)
  for await (const row of readCsv(join(folder, moviesFile), movieColumns, { hash })) {
    const movie = readMovie(createRowReader(moviesFile, movieColumns, row), names)
    if (movie && open.delete(movie.imdbId)) yield titleOf(movie, side)
  }
  if (hash.digest('hex') !== digest)
    throw new ImportError('SOURCE_CHANGED', `${moviesFile} changed while it was imported: run the import again`)
}

function titleOf(movie: MovieFacts, side: SideFacts): TitleInput {
  const { averageRating, votes } = side.ratings.get(movie.imdbId) ?? {}
  return {
    ...movie,
    averageRating,
    votes,
    genres: side.genres.get(movie.imdbId) ?? [],
    credits: side.credits.get(movie.imdbId) ?? [],
  }
}

function fingerprintOf(reader: FileReader): string {
  return createHash('sha256').update(JSON.stringify(reader.digests)).digest('hex')
}
