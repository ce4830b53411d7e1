import { expect, test } from 'vitest'
import { encountersOf, itemsOf } from '../model/interactions.ts'
import { drawInteractions } from '../testing/drawn-interactions.ts'
import type { Dataset } from './dataset.ts'
import { protocolsFor, type Split } from './protocols.ts'

const ratings = drawInteractions(80, 60)
const dataset: Dataset = { source: 'drawn', ratings, givenTest: null, hasTimes: true, hasValues: true }
const protocols = protocolsFor(dataset, 2)

const trainOf = ({ train }: Split, user: number): Set<number> => new Set(itemsOf(train, user))

test('every protocol says what it does, and a seed always makes the same split', () => {
  expect(protocols.map(({ name, seeds }) => [name, seeds.length])).toEqual([
    ['75/25 stratified by user', 2],
    ['leave one out', 1],
    ['temporal', 1],
  ])
  for (const protocol of protocols) expect(protocol.split(42)).toEqual(protocol.split(42))
})

test.each(protocols.map((protocol) => [protocol.name, protocol] as const))(
  '%s: what is tested is never trained on, nor is it tuned on',
  (_name, protocol) => {
    const split = protocol.split(42)
    const validation = protocol.validate(split.train, 7)
    let tested = 0
    for (let user = 0; user < ratings.userCount; user++) {
      const trained = trainOf(split, user)
      for (const item of split.test[user]!) expect(trained.has(item)).toBe(false)
      for (const item of [...trainOf(validation, user), ...validation.test[user]!]) expect(trained.has(item)).toBe(true)
      tested += split.test[user]!.size
    }
    expect(tested).toBeGreaterThan(0)
  },
)

test('75/25 takes a quarter of each user, leave one out the latest, temporal what came after everything else', () => {
  const [stratified, oneOut, temporal] = protocols.map((protocol) => protocol.split(42))
  for (let user = 0; user < ratings.userCount; user++) {
    const count = itemsOf(ratings, user).length
    // A half is rounded to the even number.
    const trained = count % 4 === 2 ? 2 * Math.round((count * 0.75) / 2) : Math.round(count * 0.75)
    expect(stratified?.test[user]?.size).toBe(count - trained)
    expect(oneOut?.test[user]?.size).toBe(1)
  }
  const latestTrained = Math.max(...(temporal?.train.times ?? []))
  for (const [user, test] of (temporal?.test ?? []).entries()) {
    for (let at = ratings.starts[user]!; at < ratings.starts[user + 1]!; at++) {
      if (test.has(ratings.items[at]!)) expect(ratings.times[at]).toBeGreaterThan(latestTrained)
    }
  }
})

test('files that come split are taken as they are', () => {
  const givenTest = Array.from({ length: 80 }, () => Int32Array.of(3))
  const [given, ...others] = protocolsFor({ ...dataset, givenTest }, 5)
  expect(others).toEqual([])
  expect(given?.split(42)).toEqual({ train: ratings, test: Array.from({ length: 80 }, () => new Set([3])) })
})

test('newcomers of the temporal split are unknown to training, show their first ratings, and are to find the later ones', () => {
  const temporal = protocols.find(({ name }) => name === 'temporal')
  const { train } = temporal!.split(42)
  const newcomers = temporal!.newcomers!()
  const timesOf = (user: number): Map<number, number> =>
    new Map(encountersOf(ratings, user).map(({ item, time }) => [item, time]))
  let met = 0
  for (let user = 0; user < ratings.userCount; user++) {
    const shown = itemsOf(newcomers.train, user)
    if (shown.length === 0) continue
    const times = timesOf(user)
    const lastShown = Math.max(...[...shown].map((item) => times.get(item)!))
    expect([itemsOf(train, user).length, shown.length]).toEqual([0, Math.min(5, times.size)])
    expect(newcomers.test[user]!.size).toBe(times.size - shown.length)
    for (const item of newcomers.test[user]!) expect(times.get(item)).toBeGreaterThanOrEqual(lastShown)
    met += 1
  }
  expect(met).toBeGreaterThan(5)
})
