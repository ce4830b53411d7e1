// pnpm evaluate <folder>: how good the recommendation model is on public ratings, beside its baselines. Prints tables;
// writes evaluation.json and evaluation.svg.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createProgress } from '@movieverse/importer/progress.ts'
import { chartOf } from '../subgraphs/recommendations/evaluation/chart.ts'
import { readDataset } from '../subgraphs/recommendations/evaluation/dataset.ts'
import { evaluate } from '../subgraphs/recommendations/evaluation/evaluate.ts'
import { formatReports } from '../subgraphs/recommendations/evaluation/report.ts'
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
  const reports = await evaluate(dataset, {
    seeds,
    only: values.only,
    onProgress: (...step) => progress.update(...step),
  })
  progress.end()
  if (reports.length === 0) throw new UsageError(`no protocol for these files is called ${JSON.stringify(values.only)}`)
  const { userCount, itemCount, items } = dataset.ratings
  console.log(`${dataset.source}: ${items.length} ratings of ${itemCount} titles by ${userCount} users\n`)
  console.log(formatReports(reports))
  await mkdir(values.out, { recursive: true })
  await writeFile(
    join(values.out, 'evaluation.json'),
    `${JSON.stringify({ source: dataset.source, reports }, null, 2)}\n`,
  )
  await writeFile(join(values.out, 'evaluation.svg'), chartOf(reports))
  console.log(`\nwrote evaluation.json and evaluation.svg to ${values.out}`)
})
