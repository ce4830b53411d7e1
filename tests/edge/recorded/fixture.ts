import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildEdge } from '../../../infra/edge/app.ts'
import { readEdgeConfig } from '../../../infra/edge/config.ts'
import type { EdgeUnderTest, RecordedCase } from './replay.ts'
import { startUpstream } from './upstream.ts'

/** The ports that the recorded fixture and its cases name. */
const recordedPorts = { echo: [19010, 19011, 19012, 19013], silent: 19019, closed: 19020 } as const

/** Ports of this run in the place of the recorded ones. */
export type PortMap = ReadonlyMap<number, number>

/** Free ports for everything that the fixture names: so runs do not meet. */
export async function choosePorts(): Promise<PortMap> {
  const recorded = [...recordedPorts.echo, recordedPorts.silent, recordedPorts.closed]
  return new Map(await Promise.all(recorded.map(async (port) => [port, await freePort()] as const)))
}

/** The recorded cases with the ports of this run. */
export function readCases(ports: PortMap): RecordedCase[] {
  const text = withPorts(readFileSync(new URL('cases.jsonl', import.meta.url), 'utf8'), ports)
  // `as`: the file is ours, and README.md describes it.
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedCase)
}

/** The embedded edge over the fixture's kong.yml, with its services. */
export interface Fixture extends EdgeUnderTest, AsyncDisposable {}

/** Starts it on ports of its own; `trusts` says whether the edge believes the client's X-Forwarded headers. */
export async function startFixture(ports: PortMap, trusts: boolean): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-recorded-'))
  const logFile = join(folder, 'file.log')
  const kongYml = withPorts(readFileSync(new URL('kong.yml', import.meta.url), 'utf8'), ports)
  await writeFile(join(folder, 'kong.yml'), kongYml.replaceAll('/tmp/edge-fixture.log', logFile))
  const here = (port: number): number => ports.get(port) ?? port
  const upstream = await startUpstream({ echo: recordedPorts.echo.map(here), silent: here(recordedPorts.silent) })
  const app = await buildEdge(readEdgeConfig(settingsIn(folder, trusts)))
  await app.ready()
  const { http, https, status } = app.edgePorts
  return {
    http: { port: http },
    https: { port: https, ca: readFileSync(join(folder, 'edge.crt'), 'utf8') },
    status: { port: status },
    logFile,
    upstream,
    async [Symbol.asyncDispose]() {
      await app.close()
      await upstream[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function settingsIn(folder: string, trusts: boolean): Record<string, string> {
  return {
    LOG_LEVEL: 'fatal',
    KONG_CONFIG: join(folder, 'kong.yml'),
    PORT: '0',
    EDGE_HTTP_PORT: '0',
    EDGE_HTTPS_PORT: '0',
    EDGE_STATUS_PORT: '0',
    EDGE_DATA_FOLDER: folder,
    EDGE_DATABASE_URL: `sqlite:${join(folder, 'edge.sqlite')}`,
    ...(trusts && { EDGE_TRUSTED_IPS: '127.0.0.1' }),
  }
}

function withPorts(text: string, ports: PortMap): string {
  return text.replaceAll(/\b190(?:1[0-3]|19|20)\b/g, (port) => String(ports.get(Number(port)) ?? port))
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo // it listens on TCP
  await new Promise((resolve) => server.close(resolve))
  return port
}
