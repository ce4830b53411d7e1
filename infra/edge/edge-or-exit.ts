import type { FastifyInstance } from 'fastify'
import { buildEdge } from './app.ts'
import type { EdgeConfig } from './config.ts'
import { DeclarativeError } from './declarative/problems.ts'

/** The edge, or what is wrong with kong.yml on stderr and exit 1, as `kong config parse` ends. */
export async function edgeOrExit(config: EdgeConfig): Promise<FastifyInstance> {
  try {
    return await buildEdge(config)
  } catch (error) {
    if (!(error instanceof DeclarativeError)) throw error
    console.error(`Error: ${error.message}`)
    process.exit(1)
  }
}
