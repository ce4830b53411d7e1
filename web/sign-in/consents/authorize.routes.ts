import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { queryOf, type Fields } from '../../http/form-body.ts'
import type { Account } from '../accounts/account.ts'
import type { SignInContext } from '../context.ts'
import { postedFields } from '../forms.ts'
import { goTo, goToSignIn } from '../navigation.ts'
import { PageError } from '../page-error.ts'
import { consentPage } from '../pages/consent.page.ts'
import {
  errorLocation,
  parametersOf,
  readAuthorizationRequest,
  type AuthorizationRequest,
  type FindApp,
} from './authorization-request.ts'

/** `/authorize`: where apps send people; asks who they are and whether the app may, and sends them back with a code. */
export function addAuthorizeRoutes(app: FastifyInstance, context: SignInContext): void {
  const { consents, edge, findApp, forms, pages, now } = context

  app.get('/authorize', async (request, reply) => {
    const outcome = readOrRefuse(queryOf(request.url), findApp)
    if (typeof outcome === 'string') return goTo(reply, outcome)
    const { account } = request.visit
    if (!account) return goToSignIn(reply, pathOf(outcome))
    if (await isRemembered(outcome, account)) {
      const { location } = await edge.authorize(outcome, account.id)
      return goTo(reply, location)
    }
    return ask(request, reply, outcome, account)
  })

  app.post('/authorize', async (request, reply) => {
    const { account } = request.visit
    if (!account) {
      const outcome = readOrRefuse(postedFields(request), findApp)
      return typeof outcome === 'string' ? goTo(reply, outcome) : goToSignIn(reply, pathOf(outcome))
    }
    const fields = forms.fieldsOf('session', request)
    const outcome = readOrRefuse(fields, findApp)
    if (typeof outcome === 'string') return goTo(reply, outcome)
    if (fields.decision === 'deny')
      return goTo(reply, errorLocation(outcome, 'access_denied', 'The person did not let the app in'))
    if (fields.decision !== 'allow') throw new PageError('badRequest')
    const { location, hasCode } = await edge.authorize(outcome, account.id)
    if (hasCode) await consents.grant(account.id, outcome.app.clientId, outcome.scopes, now())
    return goTo(reply, location)
  })

  /** Any program on a machine can pose as an app that is installed there: such an app asks each time (RFC 8252, 8.6). */
  async function isRemembered(
    { app: { clientId, type }, scopes }: AuthorizationRequest,
    { id }: Account,
  ): Promise<boolean> {
    return type !== 'native' && consents.covers(id, clientId, scopes)
  }

  function ask(
    request: FastifyRequest,
    reply: FastifyReply,
    authorization: AuthorizationRequest,
    account: Account,
  ): FastifyReply {
    const { messages } = request.visit
    const url = pathOf(authorization)
    const token = forms.tokenFor('session', request, reply)
    const page = {
      title: messages.consent.title(authorization.app.name),
      body: consentPage(messages, { request: authorization, account, token, url }),
      url,
    }
    return pages.send(request, reply, page, { formTargets: [new URL(authorization.redirectUri).origin] })
  }
}

function pathOf(request: AuthorizationRequest): string {
  return `/authorize?${new URLSearchParams(parametersOf(request)).toString()}`
}

/** The request, or where its error is sent. Throws a PageError where it can be sent nowhere. */
function readOrRefuse(fields: Fields, findApp: FindApp): AuthorizationRequest | string {
  const outcome = readAuthorizationRequest(fields, findApp)
  if (outcome.kind === 'refused') throw new PageError(outcome.problem)
  return outcome.kind === 'good' ? outcome.request : outcome.location
}
