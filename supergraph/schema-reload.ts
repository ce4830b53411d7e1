import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import type { ComposedSchema } from './composition/compose-supergraph.ts'
import { composedFiles, readComposedSchema } from './composition/stored-schema.ts'
import type { SupergraphConfig } from './config.ts'

type ReloadConfig = Pick<SupergraphConfig, 'SUPERGRAPH_SDL_FILE' | 'SUPERGRAPH_SDL_POLL_MS' | 'NODE_ENV'>

/** How often the file is looked at in development, in milliseconds. */
const developmentPollMs = 1000

/** The composed schema with which to start. Throws where its file cannot be read or is none. */
export async function readComposition({ SUPERGRAPH_SDL_FILE: file }: ReloadConfig): Promise<ComposedSchema> {
  return file === undefined ? readComposedSchema() : readSupergraph(file)
}

async function readSupergraph(file: string): Promise<ComposedSchema> {
  // Loaded where it is needed, since it is 20 MB.
  const { composedFromSupergraph } = await import('./composition/compose-supergraph.ts')
  return composedFromSupergraph(readFileSync(file, 'utf8'))
}

/**
 * Reads the composed schema again on SIGHUP, and when its file changes where that is looked at, and has it put in place.
 * One that cannot be used changes nothing but a log line and a counter. Nothing happens before the app listens.
 */
export function addSchemaReload(
  app: FastifyInstance,
  config: ReloadConfig,
  replace: (composed: ComposedSchema) => Promise<void>,
): void {
  const file = config.SUPERGRAPH_SDL_FILE ?? composedFiles.supergraphSdl
  const pollMs = config.SUPERGRAPH_SDL_POLL_MS ?? (config.NODE_ENV === 'development' ? developmentPollMs : 0)
  const reloads = app.meters.counter({
    name: 'movieverse_schema_reloads_total',
    help: 'Times that the composed schema was read again, and whether it was put in place.',
    labelNames: ['outcome'],
  })
  const reload = async (): Promise<void> => {
    try {
      await replace(await readSupergraph(file))
      reloads.inc({ outcome: 'ok' })
      app.log.info({ file }, 'composed schema replaced')
    } catch (error) {
      reloads.inc({ outcome: 'failed' })
      app.log.error({ err: error, file }, 'composed schema not replaced')
    }
  }
  let last = Promise.resolve()
  const onChange = (): void => void (last = last.then(reload))
  app.addHook('onListen', async () => {
    // At a terminal it means that the terminal goes, and the process with it.
    if (!process.stdout.isTTY) process.on('SIGHUP', onChange)
    if (pollMs > 0) watchFile(file, { interval: pollMs, persistent: false }, onChange)
  })
  app.addHook('onClose', async () => {
    process.off('SIGHUP', onChange)
    unwatchFile(file, onChange)
    await last
  })
}
