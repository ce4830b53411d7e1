import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { regions } from '@movieverse/regions/regions.ts'
import { describe, expect, inject, test } from 'vitest'
import { parse } from 'yaml'
import { prometheusFile, renderPrometheus } from './render.ts'
import { environments, ruleFiles } from './scrape-configuration.ts'

const hasPromtool = inject('hasPrometheus')
const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))
const promtool = async (...args: string[]): Promise<string> => (await run('promtool', args, { cwd: here })).stdout

interface Alert {
  readonly alert?: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook: string }
}

async function alertsOf(file: string): Promise<Alert[]> {
  const { groups }: { groups: ReadonlyArray<{ rules: Alert[] }> } = parse(await readFile(here + file, 'utf8'))
  return groups.flatMap(({ rules }) => rules).filter(({ alert }) => alert)
}

const alertFiles = ruleFiles().filter((file) => file.startsWith('alerts/'))

describe.each(environments)('the %s configuration', (environment) => {
  test('is fresh', async () => {
    expect(await readFile(prometheusFile(environment), 'utf8')).toBe(renderPrometheus(environment))
  })

  test.runIf(hasPromtool)('is one that Prometheus takes, with every file of rules', async () => {
    const printed = await promtool('check', 'config', fileURLToPath(prometheusFile(environment)))
    expect(printed).toContain(`${ruleFiles().length} rule files found`)
  })

  test('scrapes every region', () => {
    const text = renderPrometheus(environment)
    for (const { slug, port } of regions) expect(text).toMatch(new RegExp(`job_name: ${slug}\\n[^]*?${port}`))
  })
})

test.runIf(hasPromtool)('a misspelt field is refused', async () => {
  await expect(
    promtool('check', 'config', fileURLToPath(new URL('testing/misspelt.yaml', import.meta.url))),
  ).rejects.toThrow('field scrape_intervall not found')
})

describe.each(alertFiles)('%s', (file) => {
  test.runIf(hasPromtool)('fires where it should and nowhere else', async () => {
    expect(await promtool('test', 'rules', file.replace('.yaml', '.test.yaml'))).toContain('SUCCESS')
  })

  test('says what happened, how bad it is and what to do', async () => {
    const alerts = await alertsOf(file)
    expect(alerts.length).toBeGreaterThan(0)
    for (const { alert, labels, annotations } of alerts) {
      expect(labels.severity, alert).toMatch(/^(page|ticket)$/)
      expect(annotations.summary, alert).toMatch(/\w/)
      expect(annotations.description, alert).toMatch(/\w/)
      expect(existsSync(new URL(`../../${annotations.runbook}`, import.meta.url)), annotations.runbook).toBe(true)
    }
  })

  test('has a case for every alert in which it fires, and one in which it does not', async () => {
    const { tests }: { tests: ReadonlyArray<{ alert_rule_test: AlertCase[] }> } = parse(
      await readFile(here + file.replace('.yaml', '.test.yaml'), 'utf8'),
    )
    const cases = tests.flatMap(({ alert_rule_test: expected }) => expected)
    for (const { alert } of await alertsOf(file)) {
      const own = cases.filter(({ alertname }) => alertname === alert)
      expect(
        own.some(({ exp_alerts: fired }) => fired.length > 0),
        `${alert} fires`,
      ).toBe(true)
      expect(
        own.some(({ exp_alerts: fired }) => fired.length === 0),
        `${alert} does not`,
      ).toBe(true)
    }
  })
})

interface AlertCase {
  readonly alertname: string
  readonly exp_alerts: readonly unknown[]
}

test('every runbook belongs to an alert', async () => {
  const named = (await Promise.all(alertFiles.map(alertsOf))).flat().map(({ annotations }) => annotations.runbook)
  const pages = readdirSync(new URL('runbooks', import.meta.url)).map((name) => `infra/prometheus/runbooks/${name}`)
  expect(new Set(named)).toEqual(new Set(pages))
})
