import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { interactionsOf, type Encounter, type Interactions } from '../model/interactions.ts'

/** What a folder holds: ratings to be split by a protocol, or files that are split already. */
export interface Dataset {
  /** The files read, for the report. */
  readonly source: string
  readonly ratings: Interactions
  /** Where the folder came split: the test items of each user, `ratings` being the training part. */
  readonly givenTest: readonly Int32Array[] | null
  readonly hasTimes: boolean
  readonly hasValues: boolean
}

/** A folder or a line that cannot be evaluated; the text names the file and the line. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError'
}

/** How each known file of ratings is written: user, item, rating and time are its columns 0 to 3. */
const ratingFiles: Readonly<Record<string, { readonly separator: string; readonly header: RegExp | null }>> = {
  'u.data': { separator: '\t', header: null },
  'ratings.dat': { separator: '::', header: null },
  'ratings.csv': { separator: ',', header: /^user_?id,(movie|item)_?id,rating(,timestamp)?$/i },
}

/**
 * Reads a folder that holds `u.data` (MovieLens 100K), `ratings.dat` (1M), `ratings.csv` (later ones), or `train.txt`
 * and `test.txt` with one user per line, `user item item …`. Throws a DatasetError for anything else.
 */
export async function readDataset(folder: string): Promise<Dataset> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new DatasetError(`${folder} cannot be read`, { cause: error })
  })
  if (names.includes('train.txt') && names.includes('test.txt')) return readSplit(folder)
  const file = Object.keys(ratingFiles).find((name) => names.includes(name))
  const known = Object.keys(ratingFiles).join(', ')
  if (file === undefined) throw new DatasetError(`${folder} holds none of ${known}, nor train.txt and test.txt`)
  return readRatings(folder, file)
}

async function readRatings(folder: string, file: string): Promise<Dataset> {
  const { separator, header } = ratingFiles[file] ?? { separator: ',', header: null }
  const users = new Map<string, Encounter[]>()
  const items = new Map<string, number>()
  for await (const [text, line] of linesOf(join(folder, file))) {
    if (line === 1 && header?.test(text)) continue
    const [user = '', item = '', rating = '', time = '0'] = text.split(separator)
    const value = Number(rating)
    if (user === '' || item === '' || rating === '' || !(value > 0) || !Number.isFinite(Number(time)))
      throw new DatasetError(`${file}, line ${line}: not user, item, rating and time`)
    entryOf(users, user, () => []).push({ item: entryOf(items, item, () => items.size), value, time: Number(time) })
  }
  const ratings = interactionsOf([...users.values()], items.size)
  if (ratings.items.length === 0) throw new DatasetError(`${file} holds no rating`)
  const hasTimes = ratings.times.some((time) => time !== ratings.times[0])
  const hasValues = ratings.values.some((value) => value !== ratings.values[0])
  return { source: file, ratings, givenTest: null, hasTimes, hasValues }
}

async function readSplit(folder: string): Promise<Dataset> {
  const items = new Map<string, number>()
  const train = await readRows(folder, 'train.txt', items)
  const test = await readRows(folder, 'test.txt', items)
  if (train.size === 0) throw new DatasetError('train.txt holds no user')
  if (test.size === 0) throw new DatasetError('test.txt holds no user')
  const users = [...new Set([...train.keys(), ...test.keys()])]
  const rows = users.map((user) => (train.get(user) ?? []).map((item) => ({ item, value: 1, time: 0 })))
  const givenTest = users.map((user) => Int32Array.from(new Set(test.get(user))))
  const ratings = interactionsOf(rows, items.size)
  return { source: 'train.txt, test.txt', ratings, givenTest, hasTimes: false, hasValues: false }
}

async function readRows(folder: string, file: string, items: Map<string, number>): Promise<Map<string, number[]>> {
  const rows = new Map<string, number[]>()
  for await (const [text, line] of linesOf(join(folder, file))) {
    const [user = '', ...own] = text.split(/\s+/)
    const odd = [user, ...own].find((id) => !/^\d+$/.test(id))
    if (odd !== undefined)
      throw new DatasetError(`${file}, line ${line}: ${odd.slice(0, 40)} is no number of a user or item`)
    if (rows.has(user)) throw new DatasetError(`${file}, line ${line}: user ${user.slice(0, 40)} is there twice`)
    rows.set(
      user,
      own.map((item) => entryOf(items, item, () => items.size)),
    )
  }
  return rows
}

/** Lines that hold something, trimmed, with their numbers from 1. */
async function* linesOf(path: string): AsyncGenerator<[text: string, line: number]> {
  let line = 0
  for await (const given of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    line += 1
    const text = given.replace('\u{feff}', '').trim()
    if (text !== '') yield [text, line]
  }
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  const created = create()
  map.set(key, created)
  return created
}
