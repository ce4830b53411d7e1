import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'

/** A catalogue may be a minute old, and five more while a cache fetches it anew. */
const cacheControl = 'public, max-age=60, stale-while-revalidate=300'

/**
 * Makes the answers of this scope's routes cacheable: a strong ETag over the body, 304 where the client has it, and
 * how long it keeps. Errors are never stored.
 */
export function addHttpCaching(routes: FastifyInstance): void {
  routes.addHook('onSend', async (request, reply, payload) => {
    if (reply.statusCode !== 200 || typeof payload !== 'string') {
      void reply.header('cache-control', 'no-store')
      return payload
    }
    const etag = `"${createHash('sha1').update(payload).digest('base64url')}"`
    void reply.headers({ etag, 'cache-control': cacheControl, vary: 'Accept-Encoding' })
    if (!names(request.headers['if-none-match'], etag)) return payload
    void reply.code(304).removeHeader('content-type')
    return null
  })
}

/** Weak comparison, as RFC 9110 asks of If-None-Match. */
function names(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((tag) => [etag, '*'].includes(tag.trim().replace(/^W\//, '')))
}
