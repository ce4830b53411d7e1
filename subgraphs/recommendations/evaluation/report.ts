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

/** All protocols as Markdown tables, with what each does in words. */
export function formatReports(reports: readonly ProtocolReport[]): string {
  return reports.map(formatReport).join('\n\n')
}

function formatReport({ protocol, description, seeds, rows, slices, settings, seconds }: ProtocolReport): string {
  const users = rows[0]?.quality.users ?? 0
  const sections = [
    `## ${protocol}`,
    `${description}. Seeds ${seeds.join(', ')}; ${users} users tested; ${seconds} s.`,
    tableOf(
      heading,
      rows.map(({ model, quality }) => [model, ...cellsOf(quality)]),
    ),
  ]
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

function cellsOf({ at, coverage, popularityBias }: Quality): string[] {
  const lists = [at[10], at[20]].flatMap((list) => [list?.ndcg ?? 0, list?.recall ?? 0, list?.precision ?? 0])
  return [...lists, coverage, popularityBias].map((value) => value.toFixed(4))
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}
