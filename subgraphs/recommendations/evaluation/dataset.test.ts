import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { encountersOf } from '../model/interactions.ts'
import { DatasetError, readDataset, type Dataset } from './dataset.ts'

async function read(files: Record<string, string | Buffer>): Promise<Dataset> {
  const folder = mkdtempSync(join(tmpdir(), 'movieverse-dataset-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    return await readDataset(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test.each([
  ['u.data', '196\t242\t3\t881250949\n196\t302\t5\t881250950\n22\t242\t1\t878887116\n'],
  ['ratings.dat', '196::242::3::881250949\n196::302::5::881250950\n22::242::1::878887116\n'],
  ['ratings.csv', 'userid,movieid,rating,timestamp\n196,242,3,881250949\n196,302,5,881250950\n22,242,1,878887116\n'],
])('%s is read with its ratings and times', async (name, text) => {
  const { ratings, hasTimes, hasValues, givenTest } = await read({ [name]: text })
  expect([ratings.userCount, ratings.itemCount, hasTimes, hasValues, givenTest]).toEqual([2, 2, true, true, null])
  expect(encountersOf(ratings, 0)).toEqual([
    { item: 0, value: 3, time: 881250949 },
    { item: 1, value: 5, time: 881250950 },
  ])
})

test('a first line that is a rating is no header', async () => {
  const { ratings } = await read({ 'ratings.csv': '196,242,3,881250949\n22,242,1,878887116\n' })
  expect(ratings.items).toHaveLength(2)
})

test('files that are split hold one user a line; who is only in the test has no history', async () => {
  const { ratings, givenTest, hasTimes } = await read({
    'train.txt': '0 5 6 \n1\t7\n2 \n',
    'test.txt': '1 5 9\n0 7\n8 5\n',
  })
  expect([ratings.userCount, ratings.itemCount, hasTimes]).toEqual([4, 4, false])
  expect(encountersOf(ratings, 0).map(({ item }) => item)).toEqual([0, 1])
  expect(givenTest?.map((items) => [...items])).toEqual([[2], [0, 3], [], [0]])
})

test('lists in JSON are a split, too: the users are their places', async () => {
  const { ratings, givenTest, source } = await read({
    'train_data.json': '[[5, 6], [7], []]',
    'validation_data.json': '[[1], [2], [3]]',
    'test_data.json': '[[7], [5, 9], [], [5]]',
  })
  expect([source, ratings.userCount, ratings.itemCount]).toEqual(['train_data.json, test_data.json', 4, 4])
  expect(Array.from({ length: 4 }, (_, user) => encountersOf(ratings, user).map(({ item }) => item))).toEqual([
    [0, 1],
    [2],
    [],
    [],
  ])
  expect(givenTest?.map((items) => [...items])).toEqual([[2], [0, 3], [], [0]])
})

test('only what is needed of a folder is read: what stands beside it may be written in any way', async () => {
  const latin = Buffer.from('1|Léon (1994)|01-Jan-1994||http://x|0\n', 'latin1')
  const old = await read({
    'u.data': '1\t2\t3\t4\n',
    'u.item': latin,
    'u1.base': '1\t2\t3\t4\n',
    'u1.test': '',
    README: '',
  })
  expect([old.source, old.ratings.items.length]).toEqual(['u.data', 1])
  const later = await read({ 'ratings.dat': '1::2::3::4\r\n2::2::5::9\r\n', 'movies.dat': latin, 'users.dat': latin })
  expect([later.source, later.ratings.items.length]).toEqual(['ratings.dat', 2])
})

test.each([
  ['an empty folder', {}, /holds none of u\.data, ratings\.dat, ratings\.csv/],
  ['a broken line', { 'u.data': '1\t2\t3\t4\n1\tx\n' }, /u\.data, line 2/],
  ['a rating that is no number', { 'ratings.csv': 'userId,movieId,rating,timestamp\n1,2,good,3\n' }, /line 2/],
  ['a user who is there twice', { 'train.txt': '0 1\n0 2\n', 'test.txt': '' }, /train\.txt, line 2: user 0/],
  [
    'a header of other columns',
    { 'ratings.csv': 'movieId,userId,rating,timestamp\n1,2,3,4\n' },
    /ratings\.csv, line 1/,
  ],
  ['an item that is no number', { 'train.txt': '0 1 x7\n', 'test.txt': '0 2\n' }, /train\.txt, line 1: x7/],
  ['nothing to find', { 'train.txt': '0 1\n', 'test.txt': '\n' }, /test\.txt holds no item of any user/],
  [
    'lists that are cut short',
    { 'train_data.json': '[[1],', 'test_data.json': '[[2]]' },
    /train_data\.json is no JSON/,
  ],
  [
    'lists of something else',
    { 'train_data.json': '[[1], ["x"]]', 'test_data.json': '[[2]]' },
    /json: the items of user 1/,
  ],
  ['an object', { 'train_data.json': '{}', 'test_data.json': '[[2]]' }, /is no list of lists/],
  ['an endless rating', { 'u.data': '1\t2\t1e999\t4\n' }, /u\.data, line 1/],
  ['no rating', { 'u.data': '\n' }, /holds no rating/],
])('%s is refused with its place', async (_what, files, says) => {
  const error = await read(files).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DatasetError)
  expect(String(error)).toMatch(says)
})
