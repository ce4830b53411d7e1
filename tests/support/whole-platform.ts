import { X509Certificate, createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ensureBundle } from '@movieverse/web/site/bundle/site-bundle.ts'
import { chromium, type Browser } from 'playwright-core'
import { startPlatform, type Platform } from '../../scripts/platform/platform.ts'
import { prepareDatabases } from '../../scripts/platform/prepare-database.ts'
import { prepareEdge } from '../../scripts/platform/prepare-edge.ts'
import { platformProcesses, websiteSettings } from '../../scripts/platform/processes.ts'

/** All that `pnpm start` starts, on databases of its own, stopped when it is disposed of. */
export interface WholePlatform extends Platform, AsyncDisposable {
  readonly lines: readonly string[]
  readonly environment: NodeJS.ProcessEnv
}

/** Starts the platform on the database that the URL names, with the website's documents as the only trusted ones. */
export async function startWholePlatform(databaseUrl: string): Promise<WholePlatform> {
  const urls = {
    DATABASE_URL: databaseUrl,
    WEB_DATABASE_URL: databaseUrl.replace(/\.sqlite$/, '-web.sqlite'),
    EDGE_DATABASE_URL: databaseUrl.replace(/\.sqlite$/, '-edge.sqlite'),
  }
  const environment = {
    ...process.env,
    ...websiteSettings,
    ...urls,
    TRUSTED_DOCUMENTS: 'required',
    LOG_LEVEL: 'warn',
    NODE_ENV: 'development',
  }
  const lines: string[] = []
  const print = (line: string): void => void lines.push(line)
  await prepareEdge()
  await Promise.all([prepareDatabases(urls, true, print), ensureBundle()])
  const platform = await startPlatform({ processes: platformProcesses(), environment, watch: false, print }).catch(
    (error: unknown) => {
      throw new Error(lines.slice(-20).join('\n'), { cause: error })
    },
  )
  return { ...platform, lines, environment, [Symbol.asyncDispose]: () => platform.stop() }
}

const certificateFile = fileURLToPath(new URL('../../data/edge/edge.crt', import.meta.url))

/** A browser that trusts the one key of the edge's certificate, and of every other certificate nothing. */
export async function startBrowser(): Promise<Browser> {
  const certificate = new X509Certificate(await readFile(certificateFile))
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' })
  const pin = createHash('sha256').update(key).digest('base64')
  return launchBrowser(`--ignore-certificate-errors-spki-list=${pin}`)
}

/** Debian's Chromium. */
export function launchBrowser(...more: readonly string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-quic', ...more],
  })
}
