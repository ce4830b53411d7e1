import { parseArgs } from 'node:util'
import { ConfigError, databaseSettings, environmentOf, readConfig } from '@movieverse/service/config.ts'
import { z } from 'zod'
import { startPlatform, type Platform } from './platform/platform.ts'
import { prepareDatabase } from './platform/prepare-database.ts'
import { platformProcesses } from './platform/processes.ts'
import { StartError } from './platform/start-error.ts'
import { addresses } from './platform/addresses.ts'

const settings = z.object({ DATABASE_URL: databaseSettings.DATABASE_URL, LOG_LEVEL: z.string().default('warn') })

/** `pnpm start`: the whole platform on this machine, on the embedded database unless DATABASE_URL names another. */
async function start(watch: boolean): Promise<void> {
  const { DATABASE_URL, LOG_LEVEL } = readConfig(settings)
  const processes = platformProcesses()
  await prepareDatabase(DATABASE_URL, console.log)
  const environment = environmentOf({ DATABASE_URL, LOG_LEVEL })
  const platform = await startPlatform({ processes, environment, watch, print: console.log })
  const stopped = stopOnSignal(platform)
  console.log(addresses().join('\n'))
  console.log('MovieVerse is ready')
  const ended = await Promise.race([stopped, platform.failed])
  if (ended === 'stopped') return
  console.error(`${ended.name} ended by itself: stopping the others`)
  await platform.stop()
  process.exitCode = 1
}

/** Settles once a signal has stopped everything; a second signal ends everything at once. */
function stopOnSignal(platform: Platform): Promise<'stopped'> {
  return new Promise((resolve) => {
    let stopping = false
    const stop = (): void => {
      if (stopping) return platform.kill()
      stopping = true
      console.log('stopping')
      void platform.stop().then(() => resolve('stopped'))
    }
    process.on('SIGINT', stop).on('SIGTERM', stop)
  })
}

try {
  const { values } = parseArgs({ options: { watch: { type: 'boolean', default: false } } })
  await start(values.watch)
} catch (error) {
  const expected = error instanceof StartError || error instanceof ConfigError
  console.error(expected ? `MovieVerse cannot start: ${error.message}` : error)
  process.exitCode = 1
}
