import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { freePort } from '../../tests/support/mariadb.ts'
import { startLocalPrometheus } from './prometheus.ts'

test('a machine without Prometheus is told so in one line', async () => {
  const lines: string[] = []
  const print = (line: string): unknown => lines.push(line)
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-no-prometheus-'))
  expect(await startLocalPrometheus({ print, folder, program: 'no-such-prometheus' })).toBeUndefined()
  await rm(folder, { recursive: true })
  expect(lines).toEqual([expect.stringContaining('Prometheus is not installed')])
})

test.runIf(inject('hasPrometheus'))(
  'Prometheus scrapes the platform with every rule, until it is stopped',
  async () => {
    const lines: string[] = []
    const folder = await mkdtemp(join(tmpdir(), 'movieverse-prometheus-'))
    const print = (line: string): unknown => lines.push(line)
    const prometheus = await startLocalPrometheus({ print, port: await freePort(), folder })
    if (!prometheus) throw new Error(lines.join())
    const rules = async (): Promise<string> =>
      fetch(`${prometheus.url}/api/v1/rules`).then(
        (answer) => answer.text(),
        () => '',
      )
    await expect.poll(rules, { timeout: 20_000 }).toContain('ModelStale')
    await prometheus.stop()
    await expect(fetch(prometheus.url)).rejects.toThrow('fetch failed')
    await rm(folder, { recursive: true })
    expect(lines).toEqual([])
  },
)
