import type { FastifyInstance, FastifyRequest } from 'fastify'
import { goTo } from '../../sign-in/navigation.ts'
import { PageError } from '../../sign-in/page-error.ts'
import { setSessionToken } from '../../sign-in/visit.ts'
import { EraseMeDocument, ExportDocument } from '../api/generated/operations.ts'
import { apiOf, sessionHashOf, type SiteContext } from '../context.ts'
import { signInPath } from '../pages/routes.ts'

/** `/site/export`: a file with all that is held about the viewer. `/site/erase`: deletes it, and the account. */
export function addOwnDataRoutes(app: FastifyInstance, context: SiteContext): void {
  app.get('/site/export', async (request, reply) => {
    const api = await apiOf(context, request)
    if (!api.isSignedIn) return goTo(reply, signInPath('/profile'))
    const { data } = await api.ask(ExportDocument, {})
    if (!api.isSignedIn) return goTo(reply, signInPath('/profile'))
    if (!data?.exportMe) throw new PageError('busy')
    return reply
      .headers({
        'content-type': 'application/json; charset=utf-8',
        'content-disposition': 'attachment; filename="movieverse-data.json"',
        'cache-control': 'no-store',
      })
      .send(JSON.stringify(data.exportMe, null, 2))
  })

  app.post('/site/erase', async (request, reply) => {
    const { account } = request.visit
    const sessionHash = sessionHashOf(request)
    if (account === null || sessionHash === null) return goTo(reply, signInPath('/profile'))
    if (context.forms.fieldsOf('session', request).confirm !== 'yes') return goTo(reply, '/profile')
    await eraseViewer(request, sessionHash)
    await app.eraseAccount(account.id)
    setSessionToken(request, reply, '')
    return goTo(reply, '/')
  })

  /** Comes first: while the viewers' service cannot be reached, the account stays, to try again with. */
  async function eraseViewer(request: FastifyRequest, sessionHash: string): Promise<void> {
    const api = await apiOf(context, request)
    const { data } = api.isSignedIn ? await api.ask(EraseMeDocument, { input: {} }) : { data: null }
    if (!data?.eraseMe || data.eraseMe.errors.length > 0) throw new PageError('busy')
    await context.tokens
      .end(sessionHash)
      .catch((error: unknown) => request.log.warn({ err: error }, 'tokens were not ended'))
  }
}
