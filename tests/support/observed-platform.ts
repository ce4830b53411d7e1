import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBundle } from '@movieverse/web/site/bundle/site-bundle.ts'
import { readKongConfig } from '@movieverse/kong/config.ts'
import { renderKongYaml, writeKongYaml } from '@movieverse/kong/kong-yaml.ts'
import { startPlatform, type Platform } from '../../scripts/platform/platform.ts'
import { prepareDatabases } from '../../scripts/platform/prepare-database.ts'
import { edgePorts, platformProcesses, websiteSettings } from '../../scripts/platform/processes.ts'
import { send, type Got, type Sent } from '../edge/support/send.ts'

/** The whole platform at its own ports, edge and web among it, on databases that nobody else uses. */
export interface ObservedPlatform extends Platform, AsyncDisposable {
  /** Every line that its processes printed. */
  readonly lines: readonly string[]
  readonly databaseUrl: string
  /** The lines of the edge's access log so far. */
  accessLog(): Promise<string>
  /** Through the edge. */
  send(sent: Sent): Promise<Got>
  sendTls(sent: Sent): Promise<Got>
}

/** Starts it with these settings for every process. */
export async function startObservedPlatform(settings: Record<string, string> = {}): Promise<ObservedPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-whole-'))
  const urls = {
    DATABASE_URL: `sqlite:${folder}/platform.sqlite`,
    WEB_DATABASE_URL: `sqlite:${folder}/web.sqlite`,
    EDGE_DATABASE_URL: `sqlite:${folder}/edge.sqlite`,
  }
  const edgeFile = join(folder, 'kong.yml')
  const logFile = join(folder, 'access.log')
  await writeKongYaml(edgeFile, renderKongYaml(readKongConfig({ EDGE_ACCESS_LOG: logFile })))
  await Promise.all([prepareDatabases(urls, true, () => {}), ensureBundle()])
  const lines: string[] = []
  const platform = await startPlatform({
    processes: platformProcesses().map((each) =>
      each.name === 'edge'
        ? { ...each, environment: { ...each.environment, KONG_CONFIG: edgeFile, EDGE_DATA_FOLDER: folder } }
        : each.name === 'web'
          ? { ...each, environment: { ...each.environment, EDGE_CA_FILE: join(folder, 'edge.crt') } }
          : each,
    ),
    environment: { ...process.env, ...websiteSettings, NODE_ENV: 'development', ...urls, ...settings },
    watch: false,
    print: (line) => lines.push(line),
  })
  const ca = await readFile(join(folder, 'edge.crt'), 'utf8')
  return {
    ...platform,
    lines,
    databaseUrl: urls.DATABASE_URL,
    accessLog: () => readFile(logFile, 'utf8'),
    send: (sent) => send(`http://127.0.0.1:${edgePorts.http}`, sent),
    sendTls: (sent) => send(`https://localhost:${edgePorts.https}`, sent, ca),
    async [Symbol.asyncDispose]() {
      await platform.stop()
      await rm(folder, { recursive: true })
    },
  }
}
