import { parseArgs } from 'node:util'
import { runCommand } from '@movieverse/service/command.ts'
import { databaseSettings, environmentOf, readConfig } from '@movieverse/service/config.ts'
import { z } from 'zod'
import { startPlatform, type Platform } from './platform/platform.ts'
import { prepareDatabase } from './platform/prepare-database.ts'
import { platformProcesses } from './platform/processes.ts'
import { addresses } from './platform/addresses.ts'

const settings = z.object({ DATABASE_URL: databaseSettings.DATABASE_URL, LOG_LEVEL: z.string().default('warn') })

/** `pnpm start`: the whole platform on this machine, on the embedded database unless DATABASE_URL names another. */
async function start(watch: boolean): Promise<void> {
  const { DATABASE_URL, LOG_LEVEL } = readConfig(settings)
  const processes = platformProcesses()
  await prepareDatabase(DATABASE_URL, console.log)
  const environment = environmentOf({ DATABASE_URL, LOG_LEVEL })
  const platform = await startPlatform({ processes, environment, watch, print: console.log })
  const signalled = firstSignal(platform)
  console.log(addresses().join('\n'))
  console.log('MovieVerse is ready')
  const ended = await Promise.race([signalled, platform.failed])
  console.log(ended === 'signal' ? 'stopping' : `${ended.name} ended by itself: stopping the others`)
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
  const { values } = parseArgs({ options: { watch: { type: 'boolean', default: false } } })
  await start(values.watch)
})
