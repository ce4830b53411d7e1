import { createModelFitter, hasTail, type ModelFitter } from '../model/fit.ts'
import { bestKnown, countByItem, restrictedTo, type Interactions } from '../model/interactions.ts'
import { fitItemKnn, fitRp3Beta, type ItemKnnOptions, type Rp3BetaOptions } from '../model/neighbours.ts'
import { defaultSettings, type ModelSettings } from '../model/settings.ts'
import { sparseWeights } from '../model/weights.ts'
import { byModel, byWeights, measure, type ScoreUser } from './contestants.ts'
import type { Quality } from './metrics.ts'
import type { Split } from './protocols.ts'
import { beginSearch, type Search } from './search.ts'

/** What validation has chosen for each contestant. */
export interface Tuned {
  readonly itemKnn: ItemKnnOptions
  readonly rp3Beta: Rp3BetaOptions
  /** Steck's EASE: the ridge is its only choice. */
  readonly ease: ModelSettings
  readonly blend: ModelSettings
  /** The blend's mean of nDCG and recall, at 10 and at 20, on the validation users. */
  readonly score: number
  readonly trials: number
}

export interface TuningOptions {
  readonly hasTimes: boolean
  readonly hasValues: boolean
  /** All cuts are the same, whatever their seed. */
  readonly cutsByTime?: boolean
  readonly onTrial?: (trials: number) => void
}

/**
 * What tuning looks at, at most: users, best known items and cuts. Ridges carry over to the items left out. Few users
 * say little about small differences, so a small data set is cut several times.
 */
function effortFor({ items }: Interactions): { readonly items: number; readonly cuts: number } {
  return items.length < 200_000 ? { items: 1200, cuts: 3 } : { items: 2000, cuts: 1 }
}
const usersAtMost = 1500

/** One cut, ready to be tried on. */
interface Trial {
  readonly split: Split
  readonly popularity: Float64Array
  readonly fitter: ModelFitter
}

type Scorer = (trial: Trial) => ScoreUser | Promise<ScoreUser>
type Judge = (scorer: Scorer) => Promise<number>

/** Chooses everything on cuts of the training data, which `cut` makes with different seeds. */
export async function tune(
  train: Interactions,
  cut: (seed: number) => Split,
  { hasTimes, hasValues, cutsByTime = false, onTrial = () => {} }: TuningOptions,
): Promise<Tuned> {
  const effort = effortFor(train)
  const { items } = effort
  const cuts = cutsByTime ? 1 : effort.cuts
  const trials = Array.from({ length: cuts }, (_, seed): Trial => {
    const split = onBestKnown(cut(seed), items)
    return { split, popularity: countByItem(split.train), fitter: createModelFitter(split.train, items) }
  })
  let judged = 0
  const judge: Judge = async (scorer) => {
    onTrial((judged += 1))
    // At once: while one is scored here, the threads fit the next.
    const scores = await Promise.all(
      trials.map(async (trial) =>
        scoreOf(measure(await scorer(trial), trial.split, { popularity: trial.popularity, usersAtMost })),
      ),
    )
    return scores.reduce((sum, score) => sum + score, 0) / cuts
  }
  const itemKnn = await tuneItemKnn(judge)
  const rp3Beta = await tuneRp3Beta(judge)
  const search = await beginSearch<ModelSettings>(plainEase(rp3Beta), (settings) =>
    judge(async ({ fitter }) => byModel(await fitter.fit(settings))),
  )
  await walkRidge(search, 2)
  await walkRidge(search, Math.SQRT2)
  const ease = search.best
  await searchEase(search, { hasTimes, hasValues })
  await searchBlend(search)
  const onMore = (): void => onTrial((judged += 1))
  const tailed = hasTail(train, search.best) ? await chooseTail(search.best, cut(0), onMore) : search.best
  return { itemKnn, rp3Beta, ease, blend: tailed, score: search.score, trials: judged }
}

/** How much the least known items may count beside those that EASE has learnt. */
export const tailShares = [0, 0.02, 0.05, 0.1, 0.2, 0.4]

/** Chooses that share; for this alone the whole catalogue is looked at, on one cut. */
export async function chooseTail(
  settings: ModelSettings,
  split: Split,
  onTrial: () => void,
  fitter: ModelFitter = createModelFitter(split.train),
): Promise<ModelSettings> {
  const popularity = countByItem(split.train)
  const [first, ...others] = tailShares.map((tailShare) => ({ ...settings, tailShare }))
  const search = await beginSearch(first ?? settings, async (candidate) => {
    onTrial()
    return scoreOf(measure(byModel(await fitter.fit(candidate)), split, { popularity, usersAtMost }))
  })
  await search.improve(others)
  return search.best
}

/** What is to become large: the mean of nDCG and recall over the lengths of lists. */
export function scoreOf({ at }: Quality): number {
  const values = Object.values(at).flatMap(({ ndcg, recall }) => [ndcg, recall])
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function plainEase(rp3Beta: Rp3BetaOptions): ModelSettings {
  const ease = { ...defaultSettings.ease, ridgePower: 0, userPower: 0, sessionShare: 0 }
  return { ...defaultSettings, ease, valuePower: 0, targetPower: 0, rp3Beta, rp3BetaShare: 0, lowPassShare: 0 }
}

type EaseChanges = Partial<ModelSettings['ease']>

function withEase(settings: ModelSettings, changes: EaseChanges): ModelSettings {
  return { ...settings, ease: { ...settings.ease, ...changes } }
}

function ridgeTimes(factor: number): (settings: ModelSettings) => ModelSettings {
  return (settings) => withEase(settings, { ridge: settings.ease.ridge * factor })
}

/** Multiplies or divides the ridge while that helps. */
async function walkRidge(search: Search<ModelSettings>, factor: number): Promise<void> {
  if (!(await search.follow(ridgeTimes(factor)))) await search.follow(ridgeTimes(1 / factor))
}

/** One choice after the other, each with the best of those before. */
async function searchEase(search: Search<ModelSettings>, { hasTimes, hasValues }: TuningOptions): Promise<void> {
  const each = (changes: readonly EaseChanges[]) =>
    search.improve(changes.map((change) => withEase(search.best, change)))
  await each([{ userPower: 0.25 }, { userPower: 0.5 }, { userPower: 0.75 }])
  await each([{ ridgePower: 0.25 }, { ridgePower: 0.5 }])
  if (hasValues) await search.improve([0.25, 0.5, 1].map((valuePower) => ({ ...search.best, valuePower })))
  if (!hasTimes) return
  const spans = [60, 600, 3600, 86_400, 30 * 86_400]
  await each(spans.map((sessionSeconds) => ({ sessionShare: 0.5, sessionSeconds })))
  if (search.best.ease.sessionShare > 0) await each([{ sessionShare: 0.3 }, { sessionShare: 0.7 }])
}

async function searchBlend(search: Search<ModelSettings>): Promise<void> {
  const each = (changes: readonly Partial<ModelSettings>[]) =>
    search.improve(changes.map((change) => ({ ...search.best, ...change })))
  await walkRidge(search, Math.SQRT2)
  await each([-0.2, -0.1, -0.05, 0.05].map((targetPower) => ({ targetPower })))
  await each([0.05, 0.1, 0.2].map((rp3BetaShare) => ({ rp3BetaShare })))
  await each([0.1, 0.2, 0.35].map((lowPassShare) => ({ lowPassShare })))
  if (search.best.lowPassShare > 0) await each([16, 64].map((rank) => ({ lowPass: { rank } })))
}

async function tuneItemKnn(judge: Judge): Promise<ItemKnnOptions> {
  const search = await beginSearch<ItemKnnOptions>({ neighbours: 100, shrinkage: 10 }, (options) =>
    judge(({ split }) => byWeights(sparseWeights(fitItemKnn(split.train, options)))),
  )
  await search.improve([50, 200, 400].map((neighbours) => ({ ...search.best, neighbours })))
  await search.improve([0, 30, 100].map((shrinkage) => ({ ...search.best, shrinkage })))
  return search.best
}

async function tuneRp3Beta(judge: Judge): Promise<Rp3BetaOptions> {
  const search = await beginSearch<Rp3BetaOptions>(defaultSettings.rp3Beta, (options) =>
    judge(({ split }) => byWeights(sparseWeights(fitRp3Beta(split.train, options)))),
  )
  await search.improve([0.4, 0.55, 0.85, 1].map((alpha) => ({ ...search.best, alpha })))
  await search.improve([0.3, 0.4, 0.6, 0.7].map((beta) => ({ ...search.best, beta })))
  await search.improve([100, 400].map((neighbours) => ({ ...search.best, neighbours })))
  return search.best
}

function onBestKnown({ train, test }: Split, itemsAtMost: number): Split {
  if (train.itemCount <= itemsAtMost) return { train, test }
  const kept = bestKnown(countByItem(train), itemsAtMost)
  const places = new Map([...kept].map((item, place) => [item, place]))
  return {
    train: restrictedTo(train, kept),
    test: test.map((items) => new Set([...items].flatMap((item) => places.get(item) ?? []))),
  }
}
