import type { ProtocolReport } from './evaluate.ts'

const barHeight = 18
const gap = 6
const labelWidth = 190
const plotWidth = 420
const width = labelWidth + plotWidth + 70
const headHeight = 34

/** nDCG@10 of every model, a group of bars for each protocol, as an SVG that stands alone. */
export function chartOf(reports: readonly ProtocolReport[]): string {
  let top = 0
  const groups = reports.map((report) => {
    const group = `<g transform="translate(0 ${top})">${groupOf(report)}</g>`
    top += headHeight + report.rows.length * (barHeight + gap) + gap
    return group
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" role="img" font-family="sans-serif" font-size="12">`,
    '<title>nDCG@10 by protocol and model</title>',
    `<rect width="${width}" height="${top}" fill="#fff"/>`,
    ...groups,
    '</svg>\n',
  ].join('\n')
}

function groupOf({ protocol, rows }: ProtocolReport): string {
  const values = rows.map(({ quality }) => quality.at[10]?.ndcg ?? 0)
  const most = Math.max(...values, Number.MIN_VALUE)
  const bars = rows.map(({ model }, place) => {
    const value = values[place] ?? 0
    const y = headHeight + place * (barHeight + gap)
    const length = ((value / most) * plotWidth).toFixed(1)
    const color = model.startsWith('MovieVerse') ? '#1f6f8b' : '#9aa5ab'
    return [
      `<text x="${labelWidth - 8}" y="${y + 13}" text-anchor="end">${escape(model)}</text>`,
      `<rect x="${labelWidth}" y="${y}" width="${length}" height="${barHeight}" fill="${color}"/>`,
      `<text x="${labelWidth + Number(length) + 6}" y="${y + 13}">${value.toFixed(4)}</text>`,
    ].join('')
  })
  return `<text x="8" y="22" font-size="14" font-weight="bold">${escape(protocol)}: nDCG@10</text>${bars.join('')}`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
