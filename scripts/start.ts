import { parseArgs } from 'node:util'
import { runCommand } from '@movieverse/service/command.ts'
import { databaseUrlSettings, environmentOf, readConfig, serviceSettings } from '@movieverse/service/config.ts'
import { ensureBundle } from '@movieverse/web/site/bundle/site-bundle.ts'
import { z } from 'zod'
import { startPlatform, type Platform } from './platform/platform.ts'
import { prepareDatabases } from './platform/prepare-database.ts'
import { prepareEdge } from './platform/prepare-edge.ts'
import { platformProcesses, websiteSettings } from './platform/processes.ts'
import { startLocalPrometheus } from './platform/prometheus.ts'
import { addresses } from './platform/addresses.ts'

const settings = z.object({
  ...databaseUrlSettings,
  NODE_ENV: serviceSettings.NODE_ENV,
  LOG_LEVEL: z.string().default('warn'),
})

interface StartOptions {
  readonly watch: boolean
  /** Also the machine's own Prometheus, where it has one. */
  readonly withPrometheus: boolean
}

/** `pnpm start`: the whole platform on this machine, on the embedded database unless DATABASE_URL names another. */
async function start({ watch, withPrometheus }: StartOptions): Promise<void> {
  const { NODE_ENV, LOG_LEVEL, ...urls } = readConfig(settings)
  const processes = platformProcesses()
  await prepareEdge()
  await Promise.all([prepareDatabases(urls, NODE_ENV === 'development', console.log), ensureBundle()])
  const environment = { ...websiteSettings, ...environmentOf({ DATABASE_URL: urls.DATABASE_URL, LOG_LEVEL }) }
  const platform = await startPlatform({ processes, environment, watch, print: console.log })
  const signalled = firstSignal(platform)
  console.log(addresses().join('\n'))
  const prometheus = withPrometheus ? await startLocalPrometheus({ print: console.log }) : undefined
  if (prometheus) console.log(`prometheus   ${prometheus.url}`)
  console.log('MovieVerse is ready')
  const ended = await Promise.race([signalled, platform.failed])
  console.log(ended === 'signal' ? 'stopping' : `${ended.name} ended by itself: stopping the others`)
  await prometheus?.stop()
  await platform.stop()
  if (ended !== 'signal') process.exitCode = 1
}

/** Settles with the first signal that asks to stop; a second one ends every process at once. */
function firstSignal(platform: Platform): Promise<'signal'> {
  return new Promise((resolve) => {
    let signals = 0
    const onSignal = (): void => (signals++ === 0 ? resolve('signal') : platform.kill())
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  })
}

await runCommand('MovieVerse cannot start', async () => {
  const option = { type: 'boolean', default: false } as const
  const { values } = parseArgs({ options: { watch: option, 'with-prometheus': option } })
  await start({ watch: values.watch, withPrometheus: values['with-prometheus'] })
})
