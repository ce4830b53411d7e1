import type { CreditInput, PersonInput } from '@movieverse/titles/writing/title-writer.ts'
import { codeOf, type NameTable } from '../../reference-names.ts'
import { date, imdbId, integer, optional, rating, text } from './fields.ts'
import type { FileReader } from './file-reader.ts'

/** People of names.csv by id. */
export type People = ReadonlyMap<string, PersonInput>

/** What the files beside movies.csv say about titles, by title id. */
export interface SideFacts {
  readonly genres: ReadonlyMap<string, string[]>
  readonly ratings: ReadonlyMap<string, { averageRating: number; votes: number }>
  readonly credits: ReadonlyMap<string, CreditInput[]>
}

/** Reads names.csv; a person's height and best-known films are of no use here. */
export async function readPeople(files: FileReader): Promise<People> {
  const people = new Map<string, PersonInput>()
  const columns = ['id', 'name', 'height', 'date_of_birth', 'known_for_movies'] as const
  await files.read('names.csv', columns, (row) => {
    const id = row.read('id', imdbId('nm'))
    const name = row.read('name', text(200))
    const bornOn = row.read('date_of_birth', optional(date))
    if (id !== null && people.has(id)) row.reject('id', `repeated: "${id}"`)
    if (id !== null && name !== null && !row.rejected) people.set(id, { imdbId: id, name, bornOn })
  })
  return people
}

/** Which title ids side files may refer to. */
export interface TitleIds {
  readonly known: ReadonlySet<string>
  /** Rejected with their own row: what refers to them is left out without another reject. */
  readonly rejected: ReadonlySet<string>
}

/** Reads genres.csv, ratings.csv, directors.csv and roles.csv. */
export async function readSideFacts(
  files: FileReader,
  titles: TitleIds,
  people: People,
  genres: NameTable,
): Promise<SideFacts> {
  const credits = new Map<string, CreditInput[]>()
  const facts = { genres: await readGenres(files, titles, genres), ratings: await readRatings(files, titles), credits }
  await readCredits(files, titles, people, credits, 'directors.csv')
  await readCredits(files, titles, people, credits, 'roles.csv')
  return facts
}

async function readGenres(files: FileReader, titles: TitleIds, names: NameTable): Promise<SideFacts['genres']> {
  const genres = new Map<string, string[]>()
  await files.read('genres.csv', ['movie_id', 'genre'] as const, (row) => {
    const id = row.read('movie_id', (given) => titleId(given, titles))
    const code = row.read('genre', (given) => {
      const found = codeOf(names, given)
      return found === undefined ? { reason: 'unknown genre' } : { value: found }
    })
    if (id !== null && code !== null && !row.rejected) append(genres, id, code)
  })
  return genres
}

async function readRatings(files: FileReader, titles: TitleIds): Promise<SideFacts['ratings']> {
  const ratings = new Map<string, { averageRating: number; votes: number }>()
  await files.read('ratings.csv', ['movie_id', 'avg_rating', 'total_votes', 'median_rating'] as const, (row) => {
    const id = row.read('movie_id', (given) => titleId(given, titles))
    const averageRating = row.read('avg_rating', optional(rating))
    const votes = row.read('total_votes', optional(integer(0)))
    if (id !== null && ratings.has(id)) row.reject('movie_id', `repeated: "${id}"`)
    if (id !== null && averageRating !== null && votes !== null && !row.rejected)
      ratings.set(id, { averageRating, votes })
  })
  return ratings
}

const roles = { actor: 'ACTOR', actress: 'ACTRESS' } as const

async function readCredits(
  files: FileReader,
  titles: TitleIds,
  people: People,
  credits: Map<string, CreditInput[]>,
  file: 'directors.csv' | 'roles.csv',
): Promise<void> {
  const columns = ['movie_id', 'name_id', ...(file === 'roles.csv' ? (['category'] as const) : [])] as const
  await files.read(file, columns, (row) => {
    const id = row.read('movie_id', (given) => titleId(given, titles))
    const person = row.read('name_id', (given) => {
      const found = people.get(given)
      return found ? { value: found } : { reason: 'no such person in names.csv' }
    })
    const role = file === 'roles.csv' ? row.read('category', roleOf) : 'DIRECTOR'
    if (id === null || person === null || role === null || row.rejected) return
    const position = (credits.get(id) ?? []).filter(
      (credit) => (credit.role === 'DIRECTOR') === (role === 'DIRECTOR'),
    ).length
    append(credits, id, { person, role, position })
  })
}

function roleOf(given: string): { value: 'ACTOR' | 'ACTRESS' } | { reason: string } {
  return given === 'actor' || given === 'actress' ? { value: roles[given] } : { reason: 'neither actor nor actress' }
}

/** A title of movies.csv; null for one that was rejected there. */
function titleId(given: string, { known, rejected }: TitleIds): { value: string | null } | { reason: string } {
  if (known.has(given)) return { value: given }
  return rejected.has(given) ? { value: null } : { reason: 'no such title in movies.csv' }
}

function append<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}
