// pnpm evaluate <folder>: how good the recommendation model is on public ratings, beside its baselines. Prints tables;
// writes evaluation.json and evaluation.svg; both protocol by protocol, as soon as each is done.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createProgress } from '@movieverse/importer/progress.ts'
import { chartOf } from '../subgraphs/recommendations/evaluation/chart.ts'
import { readDataset } from '../subgraphs/recommendations/evaluation/dataset.ts'
import { evaluate, type ProtocolReport } from '../subgraphs/recommendations/evaluation/evaluate.ts'
import { formatReport } from '../subgraphs/recommendations/evaluation/report.ts'
import { runCommand, UsageError } from '@movieverse/service/command.ts'

await runCommand('evaluate', async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seeds: { type: 'string', default: '5' },
      only: { type: 'string', default: '' },
      out: { type: 'string', default: 'data/evaluation' },
    },
  })
  const [folder, ...more] = positionals
  const seeds = /^[1-9][0-9]?$/.test(values.seeds) ? Number(values.seeds) : undefined
  if (folder === undefined || more.length > 0 || seeds === undefined)
    throw new UsageError(
      "use: pnpm evaluate <folder> [--seeds 5] [--only <part of a protocol's name>] [--out data/evaluation]",
    )
  const progress = createProgress(process.stderr)
  const dataset = await readDataset(folder)
  const { source, ratings } = dataset
  console.log(`${source}: ${ratings.items.length} ratings of ${ratings.itemCount} titles by ${ratings.userCount} users`)
  await mkdir(values.out, { recursive: true })
  const reports: ProtocolReport[] = []
  await evaluate(dataset, {
    seeds,
    only: values.only,
    onProgress: (...step) => progress.update(...step),
    async onReport(report) {
      progress.end()
      reports.push(report)
      console.log(`\n${formatReport(report)}`)
      await writeFile(join(values.out, 'evaluation.json'), `${JSON.stringify({ source, reports }, null, 2)}\n`)
      await writeFile(join(values.out, 'evaluation.svg'), chartOf(reports))
    },
  })
  if (reports.length === 0) throw new UsageError(`no protocol for these files is called ${JSON.stringify(values.only)}`)
  console.log(`\nwrote evaluation.json and evaluation.svg to ${values.out}`)
})
