import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { regions } from '@movieverse/regions/regions.ts'
import { startEcho, type Echo } from './echo.ts'

const { EDGE_URL, EDGE_TLS_URL, EDGE_ADMIN_URL, EDGE_STATUS_URL, EDGE_CA_FILE, EDGE_LOG_FILE, EDGE_TRUSTED } =
  process.env

/** Whether the environment names an edge to test, a Kong; else each file starts an embedded edge of its own. */
export const isForeign = Boolean(EDGE_URL)

/** Whether its access log can be read; the embedded edge's always can. */
export const isLogReadable = !isForeign || Boolean(EDGE_LOG_FILE)

/** Whether it believes what this machine says of the client's address. */
export const isTrusted = isForeign && EDGE_TRUSTED === '1'

/** Where the echo listens for a foreign edge, by service. */
export const foreignPorts: Readonly<Record<string, readonly number[]>> = {
  supergraph: [19110, 19111],
  web: [19112],
  ...Object.fromEntries(regions.map(({ slug }, index) => [slug, [19120 + index]])),
}

/** The echo's address as the foreign edge sees it. */
export const echoHost = process.env.ECHO_HOST ?? '127.0.0.1'

/** Where an edge listens. */
export interface Addresses {
  readonly url: string
  readonly tlsUrl: string
  readonly adminUrl: string
  readonly statusUrl: string
}

export interface ForeignEdge {
  readonly addresses: Addresses
  /** What its certificate is checked against; undefined for what Node trusts anyway. */
  readonly ca: string | undefined
  readonly echo: Echo
  readonly logFile: string | undefined
}

/**
 * The edge that the environment names, with the echo behind it. It has seen the echo die with the last file of tests, so
 * this waits until it takes every target for healthy again. Throws where that does not happen.
 */
export async function reachForeignEdge(): Promise<ForeignEdge> {
  const addresses = addressesOf({ EDGE_URL, EDGE_TLS_URL, EDGE_ADMIN_URL, EDGE_STATUS_URL })
  const ca = EDGE_CA_FILE ? await readFile(EDGE_CA_FILE, 'utf8') : undefined
  const echo = await startEcho(foreignPorts, echoHost)
  try {
    await healthy(addresses.adminUrl, echo)
  } catch (error) {
    await echo[Symbol.asyncDispose]()
    throw error
  }
  return { addresses, ca, echo, logFile: EDGE_LOG_FILE }
}

function addressesOf(variables: Readonly<Record<string, string | undefined>>): Addresses {
  const missing = Object.keys(variables).filter((name) => !variables[name])
  if (missing.length > 0) throw new Error(`EDGE_URL names an edge to test, so ${missing.join(', ')} must be set too`)
  const { EDGE_URL: url = '', EDGE_TLS_URL: tlsUrl = '' } = variables
  const { EDGE_ADMIN_URL: adminUrl = '', EDGE_STATUS_URL: statusUrl = '' } = variables
  return { url, tlsUrl, adminUrl, statusUrl }
}

const patienceMs = 30_000

async function healthy(adminUrl: string, echo: Echo): Promise<void> {
  const deadline = Date.now() + patienceMs
  for (let missing = await whatIsMissing(adminUrl, echo); missing; missing = await whatIsMissing(adminUrl, echo)) {
    if (Date.now() > deadline) throw new Error(`${missing}, after ${patienceMs / 1000} s: see infra/kong/README.md`)
    await wait(50)
  }
}

/** A check that came since the echo started is newer than any that failed before. */
async function whatIsMissing(adminUrl: string, echo: Echo): Promise<string | undefined> {
  if (echo.unprobed.size > 0) return `no health check has come to ${[...echo.unprobed].join()}`
  for (const [service, targets] of Object.entries(echo.targets)) {
    for (const target of targets) {
      const health = await healthOf(adminUrl, service, target)
      if (health !== 'HEALTHY') return `the edge takes ${target} of ${service} for ${health}`
    }
  }
  return undefined
}

/** What an edge's admin API says of a target of a service. */
export async function healthOf(adminUrl: string, service: string, target: string): Promise<string> {
  const answer = await fetch(`${adminUrl}/upstreams/${service}.upstream/health`)
  // `as`: Kong's admin API; 404 has no data.
  const { data = [] } = (await answer.json()) as { data?: ReadonlyArray<{ target: string; health: string }> }
  return data.find((each) => each.target === target)?.health ?? 'unknown'
}
