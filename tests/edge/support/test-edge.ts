import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { readKongConfig } from '@movieverse/kong/config.ts'
import { renderKongYaml, writeKongYaml } from '@movieverse/kong/kong-yaml.ts'
import { runCommand, type RunningCommand } from '../../support/command.ts'
import { freePort } from '../../support/mariadb.ts'
import { startEcho, type Echo } from './echo.ts'
import { foreignPorts, isForeign, reachForeignEdge, type Addresses } from './foreign-edge.ts'
import { send, type Got, type Sent } from './send.ts'

/** An edge under test with an echo in the place of every service. */
export interface TestEdge extends Addresses, AsyncDisposable {
  readonly echo: Echo
  /** The lines of the access log so far. */
  logLines(): Promise<readonly string[]>
  send(sent: Sent): Promise<Got>
  sendTls(sent: Sent): Promise<Got>
}

const anyPort = Object.fromEntries(Object.entries(foreignPorts).map(([name, ports]) => [name, ports.map(() => 0)]))

/** The edge that EDGE_URL names with the echo at its fixed ports, or the embedded edge with ports of its own. */
export async function startTestEdge(): Promise<TestEdge> {
  if (!isForeign) return startEmbeddedEdge()
  const { addresses, ca, echo, logFile } = await reachForeignEdge()
  return testEdge(addresses, ca, echo, logFile, () => echo[Symbol.asyncDispose]())
}

async function startEmbeddedEdge(): Promise<TestEdge> {
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-edge-'))
  const echo = await startEcho(anyPort)
  const running = await runEmbeddedEdge({ folder, upstreams: echo.targets })
  return testEdge(running.addresses, running.ca, echo, running.logFile, async () => {
    await running.command[Symbol.asyncDispose]()
    await echo[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })
}

export interface EmbeddedEdgeOptions {
  /** Where its kong.yml, certificate, tokens and log are; an edge that starts there again finds them. */
  readonly folder: string
  readonly upstreams: Readonly<Record<string, readonly string[]>>
  /** Where it listens with TLS; a free port where none is given. */
  readonly httpsPort?: number
  readonly environment?: Readonly<Record<string, string>>
}

export interface EmbeddedEdge {
  readonly addresses: Addresses
  readonly ca: string
  readonly logFile: string
  readonly command: RunningCommand
}

/** Renders kong.yml for those targets and runs the embedded edge with it on free ports. */
export async function runEmbeddedEdge(options: EmbeddedEdgeOptions): Promise<EmbeddedEdge> {
  const { folder, upstreams, ...rest } = options
  const environment = { EDGE_UPSTREAMS: JSON.stringify(upstreams), EDGE_ACCESS_LOG: join(folder, 'access.log') }
  await writeKongYaml(join(folder, 'kong.yml'), renderKongYaml(readKongConfig(environment)))
  return startEmbeddedEdgeWith(folder, rest)
}

/** Runs the embedded edge with the kong.yml of a folder, which also gets its certificate and its tokens. */
export async function startEmbeddedEdgeWith(
  folder: string,
  { httpsPort, environment = {} }: Pick<EmbeddedEdgeOptions, 'httpsPort' | 'environment'> = {},
): Promise<EmbeddedEdge> {
  const [http, https, admin, status] = await Promise.all([freePort(), httpsPort ?? freePort(), freePort(), freePort()])
  const command = runCommand(['infra/edge/main.ts'], {
    KONG_CONFIG: join(folder, 'kong.yml'),
    EDGE_HTTP_PORT: String(http),
    EDGE_HTTPS_PORT: String(https),
    PORT: String(admin),
    EDGE_STATUS_PORT: String(status),
    EDGE_DATABASE_URL: `sqlite:${folder}/edge.sqlite`,
    EDGE_DATA_FOLDER: folder,
    DRAIN_DELAY_MS: '0',
    LOG_LEVEL: 'warn',
    ...environment,
  })
  const addresses = {
    url: `http://127.0.0.1:${http}`,
    tlsUrl: `https://localhost:${https}`,
    adminUrl: `http://127.0.0.1:${admin}`,
    statusUrl: `http://127.0.0.1:${status}`,
  }
  await ready(addresses.statusUrl, command)
  const ca = await readFile(join(folder, 'edge.crt'), 'utf8')
  return { addresses, logFile: join(folder, 'access.log'), command, ca }
}

/** An edge with other services than the echo behind it. */
export function testEdgeOf({ addresses, ca, logFile, command }: EmbeddedEdge): TestEdge {
  return testEdge(addresses, ca, noEcho, logFile, () => command[Symbol.asyncDispose]())
}

const noEcho: Echo = {
  targets: {},
  unprobed: new Set(),
  seen: [],
  forget: () => {},
  answer: () => {},
  drain: () => {},
  crash: async () => {},
  [Symbol.asyncDispose]: async () => {},
}

/** Polls, since the edge logs warnings only and does not say that it listens. */
async function ready(statusUrl: string, command: RunningCommand): Promise<void> {
  const ended = command.ended.then(() => 'ended' as const)
  for (;;) {
    const answer = await fetch(`${statusUrl}/status/ready`).catch(() => undefined)
    if (answer?.ok) return
    if ((await Promise.race([ended, wait(50)])) === 'ended') throw new Error(`the edge ended:\n${command.output()}`)
  }
}

function testEdge(
  addresses: Addresses,
  ca: string | undefined,
  echo: Echo,
  logFile: string | undefined,
  dispose: () => PromiseLike<void>,
): TestEdge {
  return {
    ...addresses,
    echo,
    logLines: async () => (await readFile(logFile ?? '', 'utf8')).split('\n').filter(Boolean),
    send: (sent) => send(addresses.url, sent),
    sendTls: (sent) => send(addresses.tlsUrl, sent, ca),
    [Symbol.asyncDispose]: async () => dispose(),
  }
}
