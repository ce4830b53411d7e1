import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from './mariadb.ts'

const configuration = fileURLToPath(new URL('../../infra/prometheus', import.meta.url))

/** One series of an answer, at one moment. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [at: number, value: string]
}

/** Whether a rule could be worked out, as Prometheus tells it. */
export interface Rule {
  readonly name: string
  readonly health: string
  readonly lastError?: string
}

/** Debian's Prometheus on a port of its own, with this project's configuration for one machine. */
export interface Prometheus extends AsyncDisposable {
  query(expression: string): Promise<readonly Sample[]>
  rules(): Promise<readonly Rule[]>
}

/** Starts it with every interval at a second, so that a test sees in seconds what else takes minutes. */
export async function startPrometheus(): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-prometheus-'))
  await copyConfiguration(folder)
  const address = `127.0.0.1:${await freePort()}`
  const child = spawn('prometheus', [
    `--config.file=${join(folder, 'prometheus.local.yaml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    '--log.level=warn',
  ])
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = once(child, 'exit')
  while (!(await fetch(`http://${address}/-/ready`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error(`Prometheus ended:\n${output}`)
    await wait(50)
  }
  const ask = async <Data>(path: string): Promise<Data> => {
    const answer = await fetch(`http://${address}/api/v1/${path}`)
    // `as`: the form of Prometheus' HTTP API, which the caller names.
    const { status, data, error } = (await answer.json()) as { status: string; data: Data; error?: string }
    if (status !== 'success') throw new Error(error)
    return data
  }
  return {
    async query(expression) {
      return (await ask<{ result: Sample[] }>(`query?query=${encodeURIComponent(expression)}`)).result
    },
    async rules() {
      const { groups } = await ask<{ groups: ReadonlyArray<{ rules: Rule[] }> }>('rules')
      return groups.flatMap(({ rules }) => rules)
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

async function copyConfiguration(folder: string): Promise<void> {
  await cp(configuration, folder, { recursive: true })
  const rules = ['rules', 'alerts'].map((name) => join(folder, name))
  for (const directory of [folder, ...rules]) {
    for (const name of await readdir(directory)) {
      if (!name.endsWith('.yaml')) continue
      const text = await readFile(join(directory, name), 'utf8')
      await writeFile(join(directory, name), text.replace(/^( *(?:\w+_)?interval: )\w+$/gm, '$11s'))
    }
  }
}
