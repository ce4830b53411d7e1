import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { ServiceConfig } from './config.ts'
import { keepHeapSmall } from './heap.ts'

type ServeConfig = Pick<ServiceConfig, 'HOST' | 'PORT' | 'NODE_ENV' | 'DRAIN_DELAY_MS' | 'SHUTDOWN_TIMEOUT_MS'>

const exitOf = { SIGINT: 130, SIGTERM: 143 } as const

/** Ctrl-C in a terminal reaches a whole process group, parents that pass it on included: that is one wish, not two. */
const sameSignalMs = 100

/**
 * Listens, and ends well: on SIGTERM or SIGINT `/readyz` turns red, balancers get DRAIN_DELAY_MS to look elsewhere,
 * requests in flight finish within SHUTDOWN_TIMEOUT_MS, and the process exits with 0; a second signal ends it at once.
 * A process that was started with an IPC channel stops likewise when its parent disappears.
 * A port that cannot be had is one line on stderr and exit 1; so is an error that nobody caught, after it is logged.
 */
export async function serve(app: FastifyInstance, config: ServeConfig): Promise<void> {
  keepHeapSmall()
  endOnUncaught(app)
  stopOnSignals(app, config)
  try {
    await app.listen({ host: config.HOST, port: config.PORT })
  } catch (error) {
    console.error(`cannot listen on ${config.HOST}:${config.PORT}: ${reasonOf(error)}`)
    process.exit(1)
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'EADDRINUSE') return 'the port is taken by another process'
  if (code === 'EACCES') return 'this user may not use the port'
  return error instanceof Error ? error.message : String(error)
}

function endOnUncaught(app: FastifyInstance): void {
  const end = (error: unknown): never => {
    app.log.fatal({ err: error }, 'uncaught error')
    process.exit(1)
  }
  process.on('uncaughtException', end)
  process.on('unhandledRejection', end)
}

function stopOnSignals(app: FastifyInstance, config: ServeConfig): void {
  let stoppingSince: number | null = null
  const onSignal = (signal: keyof typeof exitOf): void => {
    if (stoppingSince === null) {
      stoppingSince = performance.now()
      app.log.info({ signal }, 'stopping')
      void stop(app, config)
    } else if (performance.now() - stoppingSince > sameSignalMs) {
      process.exit(exitOf[signal])
    }
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  // Who is left behind by its parent would go on listening, with nobody to stop it.
  if (process.channel) process.once('disconnect', () => onSignal('SIGTERM'))
}

async function stop(app: FastifyInstance, config: ServeConfig): Promise<never> {
  app.readiness.drain()
  await wait(config.DRAIN_DELAY_MS ?? (config.NODE_ENV === 'production' ? 5000 : 0))
  const deadline = wait(config.SHUTDOWN_TIMEOUT_MS, 'late', { ref: false })
  const ended = await Promise.race([app.close().then(() => 'closed'), deadline])
  if (ended === 'late') app.log.error('requests in flight did not finish in time')
  process.exit(ended === 'late' ? 1 : 0)
}
