import helmet from '@fastify/helmet'
import fastify from 'fastify'

/** Sources per directive, as helmet takes them: `{ scriptSrc: ["'self'"] }`. */
export type ContentSecurityPolicy = Readonly<Record<string, readonly string[]>>

/** What an answer has anyway. */
const notHelmets = new Set(['content-type', 'content-length', 'date', 'connection', 'keep-alive'])

/**
 * The headers that helmet gives every answer, by name. They are the same for all of them, while @fastify/helmet would make
 * them anew for each, so it is asked once.
 */
export async function securityHeaders(policy: ContentSecurityPolicy = {}): Promise<Readonly<Record<string, string>>> {
  const app = fastify()
  await app.register(helmet, { contentSecurityPolicy: { useDefaults: false, directives: directivesOf(policy) } })
  app.get('/', async () => '')
  const { headers } = await app.inject('/')
  await app.close()
  const named = Object.entries(headers).filter(([name]) => !notHelmets.has(name))
  return Object.fromEntries(named.map(([name, value]) => [name, String(value)]))
}

/** Without a policy nothing may be loaded, which is right for JSON. */
function directivesOf(policy: ContentSecurityPolicy): Record<string, string[]> {
  const all = {
    defaultSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
    ...policy,
  }
  return Object.fromEntries(Object.entries(all).map(([name, sources]) => [name, [...sources]]))
}
