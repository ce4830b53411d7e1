import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ServiceConfig } from '@movieverse/service/config.ts'
import { PublicError } from '@movieverse/service/errors.ts'
import { isFromEdge } from '@movieverse/service/identity.ts'
import { bundleFolder, pageFolder } from './bundle-folder.ts'
import { exampleQueries } from './examples.ts'

/** What the page may load: its own files, and the styles that its text editor writes. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const bundleProgram = fileURLToPath(new URL('bundle.ts', import.meta.url))

/** The edge's secret tells whether a page was opened through the edge, where it signs people in. */
export type GraphiqlConfig = Pick<ServiceConfig, 'EDGE_SECRET'> & { readonly EDGE_TLS_URL: string }

/**
 * Serves GraphiQL at `/graphiql` from our own origin, with the example queries as its tabs. The page is bundled once for
 * the installed versions, in a process of its own that starts when the server listens or the page is first asked for.
 */
export async function registerGraphiql(app: FastifyInstance, config: GraphiqlConfig): Promise<void> {
  const bundle = createBundle(app)
  app.addHook('onListen', async () => {
    bundle.folder().catch(() => {})
  })
  app.addHook('onClose', async () => bundle.stop())
  await app.register(fastifyStatic, { root: pageFolder, serve: false })
  app.get('/graphiql', async (_request, reply) => reply.redirect('/graphiql/'))
  app.get('/graphiql/examples.json', async () =>
    exampleQueries.map(({ query, variables }) => ({
      query,
      variables: variables && JSON.stringify(variables, null, 2),
    })),
  )
  // Nothing is asked of who opens it here, past the edge.
  app.get('/graphiql/sign-in.json', async (request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .send({ url: isFromEdge(request, config) ? new URL(config.EDGE_TLS_URL).origin : null }),
  )
  app.get<{ Params: { '*': string } }>('/graphiql/*', async (request, reply) => {
    const file = request.params['*']
    const isPage = file === ''
    const cache = isPage ? { maxAge: 0 } : { maxAge: '1y', immutable: true }
    return allow(reply).sendFile(isPage ? 'index.html' : file, await bundle.folder(), cache)
  })
}

function allow(reply: FastifyReply): FastifyReply {
  return reply.header('content-security-policy', contentSecurityPolicy)
}

interface Bundle {
  /** The folder of the bundled page, once it is there. */
  readonly folder: () => Promise<string>
  readonly stop: () => void
}

function createBundle(app: FastifyInstance): Bundle {
  const folder = bundleFolder()
  const stopping = new AbortController()
  let bundling: Promise<string> | undefined
  const make = async (): Promise<string> => {
    const running = promisify(execFile)(process.execPath, [bundleProgram], { signal: stopping.signal })
    // Services that are starting at the same time come first.
    if (running.child.pid !== undefined) setPriority(running.child.pid, constants.priority.PRIORITY_LOW)
    await running
    return folder
  }
  return {
    async folder() {
      if (existsSync(folder)) return folder
      bundling ??= make().catch((cause: unknown) => {
        bundling = undefined
        if (!stopping.signal.aborted) app.log.error({ err: cause }, 'bundling GraphiQL failed')
        throw new PublicError('SERVICE_UNAVAILABLE', 'The query editor is not ready', {}, { cause })
      })
      return bundling
    },
    stop: () => stopping.abort(),
  }
}
