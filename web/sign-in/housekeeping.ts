import type { FastifyInstance } from 'fastify'

const everyMs = 10 * 60_000

/** Runs the tasks when the server listens and then every ten minutes; one that fails is logged and tried again. */
export function addHousekeeping(app: FastifyInstance, tasks: ReadonlyArray<() => Promise<number>>): void {
  const run = async (): Promise<void> => {
    for (const task of tasks) {
      try {
        await task()
      } catch (error) {
        app.log.error({ err: error }, 'housekeeping failed')
      }
    }
  }
  let timer: NodeJS.Timeout | undefined
  app.addHook('onListen', async () => {
    void run()
    timer = setInterval(() => void run(), everyMs)
  })
  app.addHook('onClose', async () => clearInterval(timer))
}
