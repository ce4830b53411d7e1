import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const configuration = fileURLToPath(new URL('../../infra/prometheus/prometheus.local.yaml', import.meta.url))
const defaultFolder = fileURLToPath(new URL('../../data/prometheus', import.meta.url))

/** Prometheus beside the platform. */
export interface LocalPrometheus {
  readonly url: string
  stop(): Promise<void>
}

interface PrometheusOptions {
  readonly print: (line: string) => void
  readonly port?: number
  /** Where it keeps what it scrapes. */
  readonly folder?: string
  readonly program?: string
}

/**
 * Starts the machine's own Prometheus with the configuration for this machine. The platform does without: where it is not
 * installed or ends, one line says so, and the answer is undefined.
 */
export async function startLocalPrometheus({
  print,
  port = 9090,
  folder = defaultFolder,
  program = 'prometheus',
}: PrometheusOptions): Promise<LocalPrometheus | undefined> {
  await mkdir(folder, { recursive: true })
  const address = `127.0.0.1:${port}`
  const child = spawn(
    program,
    [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${folder}`,
      `--web.listen-address=${address}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const started = await once(child, 'spawn').then(
    () => true,
    () => false,
  )
  if (!started) {
    print('Prometheus is not installed: the platform runs without it (apt-get install prometheus)')
    return undefined
  }
  const ended = once(child, 'exit')
  let isStopping = false
  void ended.then(() => isStopping || print('Prometheus ended by itself: the platform runs on without it'))
  return {
    url: `http://${address}`,
    async stop() {
      isStopping = true
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null) await ended
    },
  }
}
