import type { FastifyInstance } from 'fastify'
import type { SignInContext } from '../context.ts'
import { postedFields } from '../forms.ts'
import { goTo, returnPathOf } from '../navigation.ts'
import { signOutPage } from '../pages/account.pages.ts'
import { sessionTokenOf, setSessionToken } from '../visit.ts'

/** `/sign-out`: asks, then ends the session here and in the browser. */
export function addSignOutRoutes(app: FastifyInstance, { forms, pages, sessions }: SignInContext): void {
  app.get('/sign-out', async (request, reply) => {
    const { account, messages } = request.visit
    if (!account) return goTo(reply, '/sign-in?notice=signed-out')
    const body = signOutPage(request.visit, forms.tokenFor('session', request, reply))
    return pages.send(request, reply, { title: messages.signOut.title, body, url: '/sign-out' })
  })

  app.post('/sign-out', async (request, reply) => {
    if (request.visit.account) {
      forms.fieldsOf('session', request)
      const token = sessionTokenOf(request)
      if (token !== null) await sessions.end(token)
    }
    setSessionToken(request, reply, '')
    const { return: given } = postedFields(request)
    const back = given === undefined ? '' : `&return=${encodeURIComponent(returnPathOf(given))}`
    return goTo(reply, `/sign-in?notice=signed-out${back}`)
  })
}
