import { PassThrough } from 'node:stream'
import { findRegion } from '@movieverse/regions/regions.ts'
import type { FastifyInstance } from 'fastify'
import type { EdgeConnections } from '../../http/edge-connections.ts'
import { queryOf } from '../../http/form-body.ts'
import { PageError } from '../../sign-in/page-error.ts'
import type { SiteContext } from '../context.ts'
import { createAvailabilityHub } from './availability-hub.ts'

/** The edge ends an answer that says nothing for ten seconds. */
const beatMs = 5000

/** Browsers keep so many of these open at most, over all pages of this server. */
const maxStreams = 2000

/** `/site/live?region=IN`: server-sent events of the titles that become available in a region. */
export function addLiveRoutes(
  app: FastifyInstance,
  { config, tokens }: SiteContext,
  connections: EdgeConnections,
): void {
  const hub = createAvailabilityHub({ connections, edgeUrl: config.EDGE_TLS_URL, tokens })
  const streams = new Set<PassThrough>()
  app.addHook('preClose', async () => {
    for (const stream of streams) stream.end()
    await hub.close()
  })

  app.get('/site/live', { compress: false }, async (request, reply) => {
    const region = findRegion(queryOf(request.url).region ?? '')
    if (!region) throw new PageError('notFound')
    if (streams.size >= maxStreams) throw new PageError('busy')
    const stream = new PassThrough()
    streams.add(stream)
    const stop = hub.listen(region.code, (title) => {
      stream.write(`id: ${title.id}\nevent: available\ndata: ${JSON.stringify(title)}\n\n`)
    })
    const beat = setInterval(() => stream.write(': still here\n\n'), beatMs)
    const end = (): void => {
      clearInterval(beat)
      stop()
      streams.delete(stream)
      stream.end()
    }
    request.raw.once('close', end)
    reply.raw.once('close', end)
    stream.write('retry: 3000\n\n')
    return reply
      .headers({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' })
      .send(stream)
  })
}
