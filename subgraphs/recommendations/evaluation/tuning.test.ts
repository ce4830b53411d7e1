import { expect, test } from 'vitest'
import { createModelFitter, hasTail } from '../model/fit.ts'
import { countByItem } from '../model/interactions.ts'
import { defaultSettings } from '../model/settings.ts'
import { drawInteractions } from '../testing/drawn-interactions.ts'
import { byModel, measure, sameForAll } from './contestants.ts'
import { evaluate, type ProtocolReport } from './evaluate.ts'
import { chartOf } from './chart.ts'
import { cutByShare } from './protocols.ts'
import { formatReport } from './report.ts'
import { beginSearch } from './search.ts'
import { chooseTail, scoreOf, tailShares, tune } from './tuning.ts'

test('a search moves only to what is better, and asks for nothing twice', async () => {
  const asked: number[] = []
  const search = await beginSearch(4, async (value) => {
    asked.push(value)
    return -Math.abs(value - 9)
  })
  await search.follow((value) => value + 2)
  await search.improve([8, 9, 30])
  expect([search.best, search.score]).toEqual([9, -0])
  expect(new Set(asked).size).toBe(asked.length)
})

test('what is chosen finds more than popularity and no less than where the search began', async () => {
  const ratings = drawInteractions(160, 80, 3)
  const { train, test: relevant } = cutByShare(ratings, 0.75, 5)
  const tuned = await tune(train, (seed) => cutByShare(train, 0.75, seed), { hasTimes: true, hasValues: true })
  const popularity = countByItem(train)
  const fitter = createModelFitter(train)
  const score = async (settings: typeof tuned.blend): Promise<number> =>
    measure(byModel(await fitter.fit(settings)), { train, test: relevant }, { popularity }).at[10]?.ndcg ?? 0
  const popular = measure(sameForAll(popularity), { train, test: relevant }, { popularity }).at[10]?.ndcg ?? 0
  expect(await score(tuned.blend)).toBeGreaterThan(1.3 * popular)
  expect(await score(tuned.ease)).toBeGreaterThan(1.3 * popular)
}, 60_000)

test('how much the least known titles count is what finds most on the cut', async () => {
  const split = cutByShare(drawInteractions(160, 80, 6), 0.75, 5)
  const fitter = createModelFitter(split.train, 20)
  // With times EASE keeps to the best known.
  const settings = { ...defaultSettings, ease: { ...defaultSettings.ease, sessionShare: 0.5 } }
  const popularity = countByItem(split.train)
  const scores: number[] = []
  for (const tailShare of tailShares) {
    const model = byModel(await fitter.fit({ ...settings, tailShare }))
    scores.push(scoreOf(measure(model, split, { popularity })))
  }
  const { tailShare } = await chooseTail(settings, split, () => {}, fitter)
  expect(new Set(scores).size).toBeGreaterThan(1)
  expect(scores[tailShares.indexOf(tailShare)]).toBe(Math.max(...scores))
})

test('a large catalogue is learnt whole from a small audience; from a large one only its best known titles', () => {
  const plain = { ...defaultSettings, ease: { ...defaultSettings.ease, sessionShare: 0 } }
  const inSittings = { ...defaultSettings, ease: { ...defaultSettings.ease, sessionShare: 0.5 } }
  const [few, many] = [drawInteractions(100, 3300, 1, 40), drawInteractions(2100, 3300, 1, 40)]
  expect([hasTail(few, plain), hasTail(few, inSittings)]).toEqual([false, true])
  expect([hasTail(many, plain), hasTail(many, inSittings)]).toEqual([true, true])
})

test('an evaluation names its protocols, holds the slices to their promises, and gives the same numbers again', async () => {
  const ratings = drawInteractions(160, 80, 4)
  const dataset = { source: 'drawn', ratings, givenTest: null, hasTimes: false, hasValues: false }
  const told: ProtocolReport[] = []
  const reports = await evaluate(dataset, { seeds: 1, onReport: (report) => void told.push(report) })
  expect(told).toEqual(reports)
  const again = await evaluate(dataset, { seeds: 1 })
  expect(again.map(({ rows }) => rows)).toEqual(reports.map(({ rows }) => rows))
  for (const { slices } of reports) {
    const ndcg = (slice: string, model: string): number =>
      slices.find((each) => each.slice.startsWith(slice) && each.model === model)?.quality.at[10]?.ndcg ?? NaN
    expect(ndcg('cold', 'MovieVerse')).toBeGreaterThan(ndcg('cold', 'popularity'))
    expect(ndcg('region', 'MovieVerse')).toBeGreaterThanOrEqual(ndcg('region', 'MovieVerse, filtered afterwards'))
  }
  const text = reports.map(formatReport).join('\n')
  for (const name of [
    '75/25 stratified by user',
    'leave one out',
    'popularity',
    'item-kNN',
    'RP3beta',
    'EASE',
    'nDCG@10',
  ])
    expect(text).toContain(name)
  expect(chartOf(reports)).toMatch(/^<svg[\s\S]*RP3beta[\s\S]*<\/svg>\n$/)
}, 120_000)
