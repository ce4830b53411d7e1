import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import { cutByShare } from '../evaluation/protocols.ts'
import { tune } from '../evaluation/tuning.ts'
import { createContentVectors } from '../model/content.ts'
import { createModelFitter } from '../model/fit.ts'
import { defaultSettings, type ModelSettings } from '../model/settings.ts'
import { createModelsRepository, type ModelsRepository, type WeightRow } from '../models/models.repository.ts'
import { encodeTargets, type Targets } from '../models/weights-codec.ts'
import { readTitleFeatures } from './title-features.ts'
import { titleWeights } from './title-weights.ts'
import { readTrainingData, type TrainingData } from './training-data.ts'

/** The steps of a training, as progress tells them. */
export type TrainingStep = 'reading' | 'choosing' | 'fitting' | 'writing'

export interface TrainingOptions {
  readonly now: Date
  /** Use the default settings in place of choosing them on a validation cut. */
  readonly isQuick?: boolean
  readonly onProgress?: (step: TrainingStep, done: number, total: number) => void
}

/** What a training made. */
export interface TrainingReport {
  readonly versionId: number
  readonly viewers: number
  /** Titles that viewers met; `titles` are all that have weights. */
  readonly titlesMet: number
  readonly titles: number
  readonly interactions: number
  readonly weights: number
  readonly settings: ModelSettings
  /** Versions that killed trainings had left, or that no rollback needs. */
  readonly cleared: number
}

/** There is too little to learn from. */
export class TooLittleDataError extends Error {
  override readonly name = 'TooLittleDataError'
}

const fewestInteractions = 20
/** With less, validation would choose by chance. */
const worthChoosing = { viewers: 50, interactions: 2000 }
const expectedTrials = 70

/**
 * Learns from all ratings and histories, writes the weights as a new version in small batches that nobody reads, and
 * serves it by one small transaction at the end. Whenever it is killed before that, what is served stays, and the next
 * training clears what was written. Throws a TooLittleDataError, and a SupersededError where another has begun since.
 */
export async function trainModel(db: Knex, options: TrainingOptions): Promise<TrainingReport> {
  const { now, onProgress = () => {} } = options
  const models = createModelsRepository(db)
  const leftovers = await models.clear()
  onProgress('reading', 0, 1)
  const data = await readTrainingData(db)
  const features = await readTitleFeatures(db)
  onProgress('reading', 1, 1)
  const { interactions } = data
  if (interactions.items.length < fewestInteractions) {
    const found = `viewers met titles ${interactions.items.length} times`
    throw new TooLittleDataError(`${found}; ${fewestInteractions} are the least to learn from`)
  }
  const settings = await chooseSettings(data, options)
  onProgress('fitting', 0, 1)
  const model = await createModelFitter(interactions).fit(settings)
  onProgress('fitting', 1, 1)
  const rows = titleWeights(
    data,
    model,
    createContentVectors(features),
    features.map(({ titleId }) => titleId),
  )
  const versionId = await models.begin(now)
  const written = await writeWeights(models, versionId, rows, (done) => onProgress('writing', done, features.length))
  const { titleCount, weightCount } = written
  const stored = { valuePower: settings.valuePower, meanValue: model.meanValue, chosen: settings }
  await models.activate({ id: versionId, ...written, settings: stored, trainedAt: now })
  const outdated = await models.clear()
  onProgress('writing', features.length, features.length)
  return {
    versionId,
    viewers: interactions.userCount,
    titlesMet: interactions.itemCount,
    titles: titleCount,
    interactions: interactions.items.length,
    weights: weightCount,
    settings,
    cleared: leftovers + outdated,
  }
}

async function chooseSettings(
  { interactions }: TrainingData,
  { isQuick = false, onProgress = () => {} }: TrainingOptions,
): Promise<ModelSettings> {
  const { userCount, items } = interactions
  const isWorth = userCount >= worthChoosing.viewers && items.length >= worthChoosing.interactions
  if (isQuick || !isWorth) return defaultSettings
  const tuned = await tune(interactions, (seed) => cutByShare(interactions, 0.75, seed), {
    hasTimes: true,
    hasValues: true,
    onTrial: (trials) => onProgress('choosing', Math.min(trials, expectedTrials - 1), expectedTrials),
  })
  onProgress('choosing', expectedTrials, expectedTrials)
  return tuned.blend
}

/** Rows of one statement: far below 100 ms on SQLite, where everybody else waits. */
const rowsAtOnce = 100

async function writeWeights(
  models: ModelsRepository,
  versionId: number,
  rows: Iterable<readonly [titleId: number, targets: Targets]>,
  onDone: (titles: number) => void,
): Promise<{ titleCount: number; weightCount: number; checksum: string }> {
  const hash = createHash('sha256')
  let [titleCount, weightCount] = [0, 0]
  let batch: WeightRow[] = []
  const flush = async (): Promise<void> => {
    await models.append(versionId, batch)
    batch = []
    onDone(titleCount)
  }
  for (const [titleId, targets] of rows) {
    const text = encodeTargets(targets)
    hash.update(`${titleId}:${text}\n`)
    titleCount += 1
    weightCount += targets.titleIds.length
    if (batch.push([titleId, text]) === rowsAtOnce) await flush()
  }
  if (batch.length > 0) await flush()
  return { titleCount, weightCount, checksum: hash.digest('hex') }
}
