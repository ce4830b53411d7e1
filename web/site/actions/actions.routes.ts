import type { FastifyInstance } from 'fastify'
import { localPathOf } from '../../http/local-path.ts'
import { goTo } from '../../sign-in/navigation.ts'
import { PageError } from '../../sign-in/page-error.ts'
import { apiOf, sessionHashOf, type SiteContext } from '../context.ts'
import { rememberRegion } from '../http/preferences.ts'
import { loadState } from '../pages/load.ts'
import { signInPath } from '../pages/routes.ts'
import { actions, type Outcome } from './actions.ts'

const statuses: Readonly<Record<Outcome, number>> = { done: 200, refused: 422, unavailable: 503 }

/**
 * `/site/do/<action>`: what forms change. Without JavaScript the browser is sent back to the page; with it, the answer is
 * the new state of that page.
 */
export function addActionRoutes(app: FastifyInstance, context: SiteContext): void {
  app.post<{ Params: { action: string } }>('/site/do/:action', async (request, reply) => {
    const { action } = request.params
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined
    if (!run) throw new PageError('notFound')
    const wantsState = request.headers.accept === 'application/json'
    if (sessionHashOf(request) === null) return wantsState ? reply.code(401).send({}) : goTo(reply, signInPath('/'))
    const fields = context.forms.fieldsOf('session', request)
    const back = localPathOf(fields.return, '/')
    const api = await apiOf(context, request)
    if (!api.isSignedIn) return wantsState ? reply.code(401).send({}) : goTo(reply, signInPath(back))
    const outcome = await run(api, fields)
    if (!api.isSignedIn) return wantsState ? reply.code(401).send({}) : goTo(reply, signInPath(back))
    // Where somebody says that they watch is their choice here too.
    if (action === 'profile' && outcome === 'done' && fields.region) rememberRegion(request, reply, fields.region)
    const next = action === 'profile' ? `/profile?notice=${outcome === 'done' ? 'saved' : outcome}` : back
    if (wantsState) return reply.code(statuses[outcome]).send(await loadState(context, request, reply, next))
    if (outcome === 'done' || action === 'profile') return goTo(reply, next)
    throw new PageError(outcome === 'refused' ? 'badRequest' : 'busy')
  })
}
