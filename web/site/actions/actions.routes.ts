import type { FastifyInstance, FastifyReply } from 'fastify'
import { localPathOf } from '../../http/local-path.ts'
import { goTo } from '../../sign-in/navigation.ts'
import { postedFields } from '../../sign-in/forms.ts'
import { PageError } from '../../sign-in/page-error.ts'
import { apiOf, sessionHashOf, type SiteContext } from '../context.ts'
import { rememberRegion } from '../http/preferences.ts'
import { loadDrawnState } from '../pages/load.ts'
import { signInPath } from '../pages/routes.ts'
import { actions, type Outcome } from './actions.ts'

const statuses: Readonly<Record<Outcome, number>> = { done: 200, refused: 422, unavailable: 503 }

/**
 * `/site/do/<action>`: what forms change. Without JavaScript the browser is sent back to the page; with it, the answer is
 * the new state of that page. For whoever is signed in no more nothing is done: the answer is 401 and the page as
 * everybody has it.
 */
export function addActionRoutes(app: FastifyInstance, context: SiteContext): void {
  app.post<{ Params: { action: string } }>('/site/do/:action', async (request, reply) => {
    const { action } = request.params
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined
    if (!run) throw new PageError('notFound')
    const wantsState = request.headers.accept === 'application/json'
    const back = localPathOf(postedFields(request).return, '/')
    const refuse = async (): Promise<FastifyReply> =>
      wantsState
        ? reply.code(401).send(await loadDrawnState(context, request, reply, { url: back, hasEnded: true }))
        : goTo(reply, signInPath(back))
    if (sessionHashOf(request) === null) return refuse()
    const fields = context.forms.fieldsOf('session', request)
    const api = await apiOf(context, request)
    if (!api.isSignedIn) return refuse()
    const outcome = await run(api, fields)
    if (!api.isSignedIn) return refuse()
    // Where somebody says that they watch is their choice here too.
    if (action === 'profile' && outcome === 'done' && fields.region) rememberRegion(request, reply, fields.region)
    const next = action === 'profile' ? `/profile?notice=${outcome === 'done' ? 'saved' : outcome}` : back
    if (wantsState)
      return reply.code(statuses[outcome]).send(await loadDrawnState(context, request, reply, { url: next }))
    if (outcome === 'done' || action === 'profile') return goTo(reply, next)
    throw new PageError(outcome === 'refused' ? 'badRequest' : 'busy')
  })
}
