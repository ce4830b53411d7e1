import { readFile } from 'node:fs/promises'
import { parser } from '@prometheus-io/lezer-promql'
import { describe, expect, test } from 'vitest'
import { dashboardFile, dashboards, renderDashboard } from './render.ts'
import { queriesOf } from './queries.ts'

/** Whether Prometheus' own grammar finds nothing wrong. */
function isPromql(expression: string): boolean {
  let isRight = true
  parser.parse(expression).iterate({ enter: ({ type }) => void (isRight &&= !type.isError) })
  return isRight
}

test('the grammar refuses what is no PromQL', () => {
  expect(isPromql('sum by (job (up)')).toBe(false)
})

describe.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))('%s', (_title, dashboard) => {
  test('is fresh', async () => {
    expect(await readFile(dashboardFile(dashboard), 'utf8')).toBe(renderDashboard(dashboard))
  })

  test('asks in PromQL', () => {
    const wrong = queriesOf(dashboard).filter(({ expr }) => !isPromql(expr))
    expect(wrong).toEqual([])
  })

  test('says what every panel tells, and overlaps none', () => {
    const cells = new Set<string>()
    for (const panel of dashboard.panels ?? []) {
      if (!('gridPos' in panel) || !panel.gridPos) throw new Error('a panel without a place')
      expect('description' in panel && panel.description).toMatch(/\w/)
      const { x, y, w, h } = panel.gridPos
      for (let column = x; column < x + w; column++) {
        for (let row = y; row < y + h; row++) {
          expect(cells.has(`${column},${row}`)).toBe(false)
          cells.add(`${column},${row}`)
        }
      }
    }
  })
})

test('no two dashboards share an address', () => {
  expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length)
})

test("the founding paper's two graphs are on the first one", () => {
  const titles = queriesOf(dashboards[0] ?? {}).map(({ panel }) => panel)
  expect(titles).toEqual(expect.arrayContaining(['Service graph', 'API request count']))
})
