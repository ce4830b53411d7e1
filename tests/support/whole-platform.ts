import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ensureBundle } from '@movieverse/web/site/bundle/site-bundle.ts'
import type { Browser } from 'playwright-core'
import { startPlatform, type Platform } from '../../scripts/platform/platform.ts'
import { prepareDatabases } from '../../scripts/platform/prepare-database.ts'
import { prepareEdge } from '../../scripts/platform/prepare-edge.ts'
import { platformProcesses, websiteSettings } from '../../scripts/platform/processes.ts'
import { launchBrowserTrusting } from './browser.ts'

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

/** A browser that trusts the edge's development certificate. */
export async function startBrowser(): Promise<Browser> {
  return launchBrowserTrusting(await readFile(certificateFile, 'utf8'))
}
