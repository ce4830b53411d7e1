import type { FastifyInstance } from 'fastify'
import type { SignInContext } from '../context.ts'
import { goTo, goToSignIn, noticeOf } from '../navigation.ts'
import { appsPage } from '../pages/account.pages.ts'

/** `/account/apps`: the apps that somebody let in, and how to take that back. */
export function addAppsRoutes(app: FastifyInstance, { consents, findApp, forms, pages }: SignInContext): void {
  app.get('/account/apps', async (request, reply) => {
    const { account, messages } = request.visit
    if (!account) return goToSignIn(reply, '/account/apps')
    const body = appsPage(request.visit, {
      consents: await consents.list(account.id),
      findApp,
      token: forms.tokenFor('session', request, reply),
      noticeText: noticeOf(request, { withdrawn: messages.apps.withdrawn }),
    })
    return pages.send(request, reply, { title: messages.apps.title, body, url: '/account/apps' })
  })

  app.post('/account/apps', async (request, reply) => {
    const { account } = request.visit
    if (!account) return goToSignIn(reply, '/account/apps')
    const { client_id: clientId = '' } = forms.fieldsOf('session', request)
    await consents.withdraw(account.id, clientId)
    return goTo(reply, '/account/apps?notice=withdrawn')
  })
}
