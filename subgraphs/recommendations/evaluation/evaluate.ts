import { createModelFitter } from '../model/fit.ts'
import { countByItem } from '../model/interactions.ts'
import { fitItemKnn, fitRp3Beta } from '../model/neighbours.ts'
import type { ModelSettings } from '../model/settings.ts'
import { sparseWeights } from '../model/weights.ts'
import { byModel, byWeights, measure, sameForAll } from './contestants.ts'
import type { Dataset } from './dataset.ts'
import { meanQuality, type Quality } from './metrics.ts'
import { protocolsFor, type Protocol, type Split } from './protocols.ts'
import { byServedWeights } from './served.ts'
import { measureSlices, type Slice } from './slices.ts'
import { tune, type Tuned } from './tuning.ts'

/** One model under one protocol: means over its seeds. */
export interface Row {
  readonly model: string
  readonly quality: Quality
  /** The same for each seed. */
  readonly runs: readonly Quality[]
}

type Measured = Omit<Row, 'runs'>

/** What one protocol said. */
export interface ProtocolReport {
  readonly protocol: string
  readonly description: string
  readonly seeds: readonly number[]
  readonly rows: readonly Row[]
  readonly slices: readonly Slice[]
  /** What validation chose, for each seed. */
  readonly settings: readonly ModelSettings[]
  readonly seconds: number
}

export interface EvaluationOptions {
  readonly seeds: number
  /** Only protocols whose names hold this text. */
  readonly only?: string
  readonly onProgress?: (step: string, done: number, total: number) => void
  /** Told what each protocol said as soon as it has: all of them may take long. */
  readonly onReport?: (report: ProtocolReport) => void | Promise<void>
}

/** Runs every protocol that the data allow. Deterministic: the same files give the same numbers. */
export async function evaluate(dataset: Dataset, options: EvaluationOptions): Promise<ProtocolReport[]> {
  const reports: ProtocolReport[] = []
  const protocols = protocolsFor(dataset, options.seeds).filter(({ name }) => name.includes(options.only ?? ''))
  for (const protocol of protocols) {
    const report = await runProtocol(protocol, dataset, options)
    await options.onReport?.(report)
    reports.push(report)
  }
  return reports
}

/** About how many trials tuning makes: the bar's length only. */
const expectedTrials = 70

async function runProtocol(
  protocol: Protocol,
  dataset: Dataset,
  { onProgress = () => {} }: EvaluationOptions,
): Promise<ProtocolReport> {
  const startedAt = performance.now()
  const { name, description, seeds } = protocol
  const runs: Array<{ rows: Measured[]; slices: Slice[]; settings: ModelSettings }> = []
  for (const [index, seed] of seeds.entries()) {
    const split = protocol.split(seed)
    const onTrial = (trials: number): void =>
      onProgress(name, index * expectedTrials + Math.min(trials, expectedTrials - 1), seeds.length * expectedTrials)
    const cut = (cutSeed: number): Split => protocol.validate(split.train, 1000 * seed + cutSeed)
    const tuned = await tune(split.train, cut, { ...dataset, cutsByTime: protocol.cutsByTime, onTrial })
    runs.push(await measureAll(split, tuned, index === 0 ? { seed, ...protocol } : null))
    onProgress(name, (index + 1) * expectedTrials, seeds.length * expectedTrials)
  }
  const [first] = runs
  return {
    protocol: name,
    description,
    seeds,
    rows: (first?.rows ?? []).map(({ model }, place) => {
      const own = runs.flatMap(({ rows }) => rows[place]?.quality ?? [])
      return { model, quality: meanQuality(own), runs: own }
    }),
    slices: first?.slices ?? [],
    settings: runs.map(({ settings }) => settings),
    seconds: Math.round((performance.now() - startedAt) / 1000),
  }
}

/** All contestants on one split, what validation chose for each being given; slices where they are asked for. */
async function measureAll(
  split: Split,
  tuned: Tuned,
  sliced: Parameters<typeof measureSlices>[3] | null,
): Promise<{ rows: Measured[]; slices: Slice[]; settings: ModelSettings }> {
  const { train } = split
  const popularity = countByItem(train)
  const row = (model: string, score: Parameters<typeof measure>[0]): Measured => ({
    model,
    quality: measure(score, split, { popularity }),
  })
  const rows = [
    row('popularity', sameForAll(popularity)),
    row('item-kNN', byWeights(sparseWeights(fitItemKnn(train, tuned.itemKnn)))),
    row('RP3beta', byWeights(sparseWeights(fitRp3Beta(train, tuned.rp3Beta)))),
  ]
  const fitter = createModelFitter(train)
  rows.push(row('EASE', byModel(await fitter.fit(tuned.ease))))
  const model = await fitter.fit(tuned.blend)
  rows.push(row('MovieVerse', byModel(model)))
  rows.push(row('MovieVerse, as served', byServedWeights(model)))
  const slices = sliced ? await measureSlices(split, model, tuned.blend, sliced) : []
  return { rows, slices, settings: tuned.blend }
}
