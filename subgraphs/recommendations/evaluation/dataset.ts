import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
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

type ItemsOfUsers = Map<string, number[]>

/** The pairs of files that come split, and how the items of each user are read from such a file. */
const splitFiles: ReadonlyArray<{
  readonly train: string
  readonly test: string
  read(folder: string, file: string, items: Map<string, number>): Promise<ItemsOfUsers>
}> = [
  { train: 'train.txt', test: 'test.txt', read: readLines },
  { train: 'train_data.json', test: 'test_data.json', read: readLists },
]

/**
 * Reads a folder that holds `u.data` (MovieLens 100K), `ratings.dat` (1M), `ratings.csv` (later ones), or a split:
 * `train.txt` and `test.txt` with one user per line, `user item item …` (as of LightGCN), or `train_data.json` and
 * `test_data.json` with a list of items for each user (as of LCFN). Other files beside them are not read. Throws a
 * DatasetError for anything else.
 */
export async function readDataset(folder: string): Promise<Dataset> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new DatasetError(`${folder} cannot be read`, { cause: error })
  })
  const split = splitFiles.find(({ train, test }) => names.includes(train) && names.includes(test))
  if (split) return readSplit(folder, split)
  const file = Object.keys(ratingFiles).find((name) => names.includes(name))
  if (file === undefined) {
    const pairs = splitFiles.map(({ train, test }) => `${train} and ${test}`).join(', nor ')
    throw new DatasetError(`${folder} holds none of ${Object.keys(ratingFiles).join(', ')}, nor ${pairs}`)
  }
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
    const isRating = user !== '' && item !== '' && rating !== '' && value > 0 && Number.isFinite(value)
    if (!isRating || !Number.isFinite(Number(time)))
      throw new DatasetError(`${file}, line ${line}: not user, item, rating and time`)
    entryOf(users, user, () => []).push({ item: entryOf(items, item, () => items.size), value, time: Number(time) })
  }
  const ratings = interactionsOf([...users.values()], items.size)
  if (ratings.items.length === 0) throw new DatasetError(`${file} holds no rating`)
  const hasTimes = ratings.times.some((time) => time !== ratings.times[0])
  const hasValues = ratings.values.some((value) => value !== ratings.values[0])
  return { source: file, ratings, givenTest: null, hasTimes, hasValues }
}

async function readSplit(folder: string, files: (typeof splitFiles)[number]): Promise<Dataset> {
  const items = new Map<string, number>()
  const train = await files.read(folder, files.train, items)
  const test = await files.read(folder, files.test, items)
  for (const [file, rows] of [
    [files.train, train],
    [files.test, test],
  ] as const) {
    if (![...rows.values()].some((row) => row.length > 0)) throw new DatasetError(`${file} holds no item of any user`)
  }
  const users = [...new Set([...train.keys(), ...test.keys()])]
  const rows = users.map((user) => (train.get(user) ?? []).map((item) => ({ item, value: 1, time: 0 })))
  const givenTest = users.map((user) => Int32Array.from(new Set(test.get(user))))
  const ratings = interactionsOf(rows, items.size)
  return { source: `${files.train}, ${files.test}`, ratings, givenTest, hasTimes: false, hasValues: false }
}

async function readLines(folder: string, file: string, items: Map<string, number>): Promise<ItemsOfUsers> {
  const rows: ItemsOfUsers = new Map()
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

/** A list of lists of numbers: the users from 0 on. */
async function readLists(folder: string, file: string, items: Map<string, number>): Promise<ItemsOfUsers> {
  const lists = parsed(await readFile(join(folder, file), 'utf8'), file)
  if (!Array.isArray(lists)) throw new DatasetError(`${file} is no list of lists of items`)
  const rows = lists.map((row: unknown, user) => {
    if (!Array.isArray(row) || !row.every((item) => Number.isSafeInteger(item) && item >= 0))
      throw new DatasetError(`${file}: the items of user ${user} are no list of numbers from 0`)
    return [String(user), row.map((item) => entryOf(items, String(item), () => items.size))] as const
  })
  return new Map(rows)
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new DatasetError(`${file} is no JSON`, { cause: error })
  }
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
