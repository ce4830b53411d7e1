import { readdir, readFile } from 'node:fs/promises'
import { parser as promql } from '@prometheus-io/lezer-promql'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { dashboardFile, dashboards, renderDashboard } from './render.ts'
import { queriesOf } from './queries.ts'

/** Whether Prometheus' own grammar finds nothing wrong. */
function isPromql(expression: string): boolean {
  let isRight = true
  promql.parse(expression).iterate({ enter: ({ type }) => void (isRight &&= !type.isError) })
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

const flag = z.boolean()
/** What Grafana's provisioning reads of a file, as far as we use it; a field that it does not know it leaves aside without a word. */
const provisioning = {
  'datasources/prometheus.yaml': z.strictObject({
    apiVersion: z.literal(1),
    datasources: z.array(
      z.strictObject({
        name: z.string(),
        uid: z.literal('movieverse'),
        type: z.literal('prometheus'),
        access: z.literal('proxy'),
        url: z.url(),
        isDefault: flag,
        editable: flag,
      }),
    ),
  }),
  'dashboards/movieverse.yaml': z.strictObject({
    apiVersion: z.literal(1),
    providers: z.array(
      z.strictObject({
        name: z.string(),
        folder: z.string(),
        type: z.literal('file'),
        disableDeletion: flag,
        allowUiUpdates: flag,
        options: z.strictObject({ path: z.literal('/var/lib/grafana/dashboards') }),
      }),
    ),
  }),
}

test.each(Object.entries(provisioning))(
  '%s is provisioned, and a misspelt field would be found',
  async (name, schema) => {
    const text = await readFile(new URL(`provisioning/${name}`, import.meta.url), 'utf8')
    expect(schema.safeParse(parse(text)).error).toBeUndefined()
    for (const [, field = ''] of text.matchAll(/^[ -]*(\w+):/gmu))
      expect(schema.safeParse(parse(text.replace(`${field}:`, `${field}x:`))).success, field).toBe(false)
  },
)

test('every file of provisioning is held against a schema', async () => {
  const files = await readdir(new URL('provisioning', import.meta.url), { recursive: true })
  expect(files.filter((file) => file.endsWith('.yaml')).toSorted()).toEqual(Object.keys(provisioning).toSorted())
})

test('no two dashboards share an address', () => {
  expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length)
})

test("the founding paper's two graphs are on the first one", () => {
  const titles = queriesOf(dashboards[0] ?? {}).map(({ panel }) => panel)
  expect(titles).toEqual(expect.arrayContaining(['Service graph', 'API request count']))
})
