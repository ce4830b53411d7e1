import type { ProtocolReport } from './evaluate.ts'
import type { Quality } from './metrics.ts'

const heading = [
  'model',
  'nDCG@10',
  'Recall@10',
  'Precision@10',
  'nDCG@20',
  'Recall@20',
  'Precision@20',
  'coverage@10',
  'popularity bias',
]

/** One protocol as Markdown tables, with what it does in words. */
export function formatReport({
  protocol,
  description,
  seeds,
  rows,
  slices,
  settings,
  seconds,
}: ProtocolReport): string {
  const users = rows[0]?.quality.users ?? 0
  const sections = [
    `## ${protocol}`,
    `${description}. Seeds ${seeds.join(', ')}; ${users} users tested; ${seconds} s.`,
    tableOf(
      heading,
      rows.map(({ model, quality }) => [model, ...cellsOf(quality)]),
    ),
  ]
  if (seeds.length > 1) {
    sections.push('standard deviation over the seeds:')
    sections.push(
      tableOf(
        heading,
        rows.map(({ model, runs }) => [model, ...deviationsOf(runs)]),
      ),
    )
  }
  for (const slice of new Set(slices.map((each) => each.slice))) {
    const own = slices.filter((each) => each.slice === slice)
    sections.push(`${slice}, seed ${seeds[0]}, ${own[0]?.quality.users} users tested:`)
    sections.push(
      tableOf(
        heading,
        own.map(({ model, quality }) => [model, ...cellsOf(quality)]),
      ),
    )
  }
  sections.push(`chosen by validation: \`${JSON.stringify(settings[0])}\``)
  return sections.join('\n\n')
}

function cellsOf(quality: Quality): string[] {
  return valuesOf(quality).map((value) => value.toFixed(4))
}

/** Of the sample, so that few seeds do not look better than they are. */
function deviationsOf(runs: readonly Quality[]): string[] {
  const values = runs.map(valuesOf)
  return heading.slice(1).map((_, column) => {
    const own = values.map((row) => row[column] ?? 0)
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length
    return Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (own.length - 1)).toFixed(4)
  })
}

function valuesOf({ at, coverage, popularityBias }: Quality): number[] {
  const lists = [at[10], at[20]].flatMap((list) => [list?.ndcg ?? 0, list?.recall ?? 0, list?.precision ?? 0])
  return [...lists, coverage, popularityBias]
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}
