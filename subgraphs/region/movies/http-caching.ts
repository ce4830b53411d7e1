import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'

/** A catalogue may be a minute old, and five more while a cache fetches it anew. */
const cacheControl = 'public, max-age=60, stale-while-revalidate=300'

/**
 * Makes the answers of this scope's routes cacheable: an ETag over the body, 304 where the client has it, and how long
 * it keeps. The tag is weak, since the same answer may go out compressed. Errors are never stored.
 */
export function addHttpCaching(routes: FastifyInstance): void {
  routes.addHook('onSend', async (request, reply, payload) => {
    if (reply.statusCode !== 200 || typeof payload !== 'string') {
      void reply.header('cache-control', 'no-store')
      return payload
    }
    const tag = `"${createHash('sha1').update(payload).digest('base64url')}"`
    void reply.headers({ etag: `W/${tag}`, 'cache-control': cacheControl, vary: 'Accept-Encoding' })
    if (!names(request.headers['if-none-match'], tag)) return payload
    void reply.code(304).removeHeader('content-type')
    return null
  })
}

/** Weak comparison, as RFC 9110 asks of If-None-Match. */
function names(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((tag) => [etag, '*'].includes(tag.trim().replace(/^W\//, '')))
}
