import type { FastifyInstance } from 'fastify'
import type { ContentSecurityPolicy } from '@movieverse/service/server.ts'

/** What the query editor may load: its own files, and the styles and workers that its text editor makes. */
export const graphiqlPolicy: ContentSecurityPolicy = {
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  workerSrc: ["'self'", 'blob:'],
}

export async function registerGraphiql(_app: FastifyInstance): Promise<void> {}
