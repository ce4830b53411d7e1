import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { edgeCaFileOf, type WebConfig } from '../config.ts'
import { createEdgeConnections } from '../http/edge-connections.ts'
import { acceptForms, queryOf } from '../http/form-body.ts'
import { hashOfToken } from '../http/tokens.ts'
import { localPathOf } from '../http/local-path.ts'
import { addErrorPages } from '../sign-in/error-pages.ts'
import { createForms } from '../sign-in/forms.ts'
import { PageError } from '../sign-in/page-error.ts'
import { createPages } from '../sign-in/pages/pages.ts'
import { createSessionsRepository } from '../sign-in/sessions/sessions.repository.ts'
import { createSessions } from '../sign-in/sessions/sessions.ts'
import { addVisits, sessionTokenOf } from '../sign-in/visit.ts'
import { regions } from '@movieverse/regions/regions.ts'
import { addActionRoutes } from './actions/actions.routes.ts'
import { addOwnDataRoutes } from './actions/own-data.routes.ts'
import { createEdgeApi } from './api/edge-api.ts'
import { createSiteBundle } from './bundle/site-bundle.ts'
import type { SiteContext } from './context.ts'
import { contentSecurityPolicyOf, documentOf } from './document.ts'
import { addPreferenceRoutes } from './http/preferences.ts'
import { createVisitorLimit, visitorLimit } from './http/visitor-limit.ts'
import { addLiveRoutes } from './live/live.routes.ts'
import { loadDrawnState, loadState } from './pages/load.ts'
import { browsePath } from './pages/routes.ts'
import type { SiteState } from './pages/state.ts'
import { createEdgeTokens } from './session/edge-tokens.ts'
import { createSeal } from './session/sealed.ts'
import { addSiteSignIn } from './session/sign-in.routes.ts'
import { createSiteTokensRepository } from './session/site-tokens.repository.ts'
import { createSiteTokens } from './session/site-tokens.ts'

const limits = { timeoutMs: 7000, maxAnswerBytes: 8 * 1024 * 1024 }

const now = (): Date => new Date()

/** The website's pages, on a database that `registerDatabase` opened. */
export async function registerSite(app: FastifyInstance, config: WebConfig): Promise<void> {
  const db = app.database.writer
  const connections = createEdgeConnections(edgeCaFileOf(config), limits)
  const edgeTokens = createEdgeTokens({
    connections,
    edgeUrl: config.EDGE_TLS_URL,
    clientSecret: config.WEBSITE_CLIENT_SECRET,
  })
  const seal = createSeal(config.WEB_COOKIE_SECRET, 'site tokens')
  const repository = createSiteTokensRepository(db)
  const context: SiteContext = {
    config,
    api: createEdgeApi(connections, config.EDGE_TLS_URL),
    edgeTokens,
    tokens: createSiteTokens({ edge: edgeTokens, repository, seal, now }),
    sessions: createSessions(createSessionsRepository(db), now),
    forms: createForms(config.WEB_COOKIE_SECRET),
    bundle: createSiteBundle(),
    now,
  }
  prepareBundle(app, context)
  app.addHook('onClose', async () => connections.close())
  await app.register(fastifyStatic, { root: '/', serve: false })
  addAssets(app, context)
  await app.register(async (site) => {
    acceptForms(site)
    addVisits(site, config, context.sessions)
    addErrorPages(site, await createPages())
    addVisitorLimit(site)
    addPreferenceRoutes(site)
    addSiteSignIn(site, context)
    addActionRoutes(site, context)
    addOwnDataRoutes(site, context)
    addLiveRoutes(site, context, connections)
    addPages(site, context)
  })
}

/** A server that listens is ready once it can draw pages. */
function prepareBundle(app: FastifyInstance, { bundle }: SiteContext): void {
  let isListening = false
  let isThere = false
  app.addHook('onListen', async () => {
    isListening = true
    bundle.load().then(
      () => (isThere = true),
      (error: unknown) => app.log.error({ err: error }, 'bundling the website failed'),
    )
  })
  app.readiness.add('website', async () => {
    if (isListening && !isThere) throw new Error('the website is being bundled')
  })
  app.addHook('onClose', async () => bundle.stop())
}

/** Scripts and styles: their names hold a hash of their contents, so browsers may keep them for good. */
function addAssets(app: FastifyInstance, { bundle }: SiteContext): void {
  app.get<{ Params: { file: string } }>('/site/assets/:file', async (request, reply) => {
    const { clientFolder } = await bundle.load()
    return reply.sendFile(request.params.file, clientFolder, { maxAge: '1y', immutable: true })
  })
}

function addPages(app: FastifyInstance, context: SiteContext): void {
  const ofRegions = regions.map(({ code }) => browsePath(code))
  const named = ['/title', '/search', '/for-you', '/watchlist', '/profile', '/status']
  // Below the pages there is nothing, which the visitor is told by a page of the site.
  for (const path of ['/', ...ofRegions, '/title/:id', ...named, ...named.map((name) => `${name}/*`)]) {
    app.get(path, async (request, reply) => {
      const state = await loadState(context, request, reply, { url: request.url })
      return sendPage(context, reply, state)
    })
  }
  app.get('/site/state', async (request, reply) => {
    const path = localPathOf(queryOf(request.url).path, '/')
    const state = await loadDrawnState(context, request, reply, { url: path })
    return reply.header('cache-control', 'no-store').send(state)
  })
}

async function sendPage(context: SiteContext, reply: FastifyReply, state: SiteState): Promise<FastifyReply> {
  const bundle = await context.bundle.load()
  return reply
    .code(state.page.page === 'missing' ? 404 : 200)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-language': state.shell.language,
      'cache-control': 'no-store',
      'content-security-policy': contentSecurityPolicyOf(context.config, bundle),
    })
    .send(documentOf(bundle, state))
}

/** Limits each visitor: a session, or a network where there is none. */
function addVisitorLimit(app: FastifyInstance): void {
  const take = createVisitorLimit(visitorLimit, () => performance.now())
  app.addHook('preHandler', async (request: FastifyRequest, reply) => {
    const token = request.visit.account && sessionTokenOf(request)
    const seconds = take(token ? hashOfToken(token) : request.visit.network)
    if (seconds === 0) return
    reply.header('retry-after', seconds)
    throw new PageError('tooOften')
  })
}
