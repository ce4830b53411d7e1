import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SignInContext } from '../context.ts'
import { goTo, goToSignIn, noticeOf } from '../navigation.ts'
import { passwordForm, type FieldErrors } from '../pages/account-forms.ts'
import { accountPage } from '../pages/account.pages.ts'
import { signInLimits, waitMinutes } from '../sessions/throttle.ts'
import { setSessionToken } from '../visit.ts'
import { passwordProblemOf } from './password-rules.ts'

/** `/account`, and `/account/password` below it. */
export function addAccountRoutes(app: FastifyInstance, context: SignInContext): void {
  const { accounts, forms, pages, sessions, throttle } = context

  app.get('/account', async (request, reply) => {
    const { account, messages } = request.visit
    if (!account) return goToSignIn(reply, '/account')
    const noticeText = noticeOf(request, { 'password-changed': messages.password.changed })
    const page = {
      title: messages.account.title,
      body: accountPage(request.visit, account, noticeText),
      url: '/account',
    }
    return pages.send(request, reply, page)
  })

  app.get('/account/password', async (request, reply) =>
    request.visit.account ? answer(request, reply) : goToSignIn(reply, '/account/password'),
  )

  app.post('/account/password', async (request, reply) => {
    const { account, messages, network } = request.visit
    if (!account) return goToSignIn(reply, '/account/password')
    const { current = '', new: next = '' } = forms.fieldsOf('session', request)
    const weakness = passwordProblemOf(next, [account.email, account.name])
    const errors = {
      ...(current === '' && { current: messages.fieldErrors.passwordMissing }),
      ...(weakness && { new: messages.fieldErrors[weakness] }),
    }
    if (Object.keys(errors).length > 0) return answer(request, reply, { errors, status: 422 })
    const admission = await throttle.admit({ account: account.email, network }, signInLimits)
    if (!admission.isAdmitted) {
      const problem = messages.password.tooMany(waitMinutes(reply, admission))
      return answer(request, reply, { problem, status: 429 })
    }
    if (!(await accounts.changePassword(account.id, current, next)))
      return answer(request, reply, { errors: { current: messages.fieldErrors.currentWrong }, status: 422 })
    await admission.succeed()
    // Whoever knew the old password is out, on every device; this browser goes on with a new session.
    await sessions.endAll(account.id)
    setSessionToken(request, reply, await sessions.start(account.id))
    return goTo(reply, '/account?notice=password-changed')
  })

  function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    { status = 200, ...state }: { errors?: FieldErrors; problem?: string; status?: number } = {},
  ): FastifyReply {
    const page = {
      title: request.visit.messages.password.title,
      body: passwordForm(request.visit, { ...state, token: forms.tokenFor('session', request, reply) }),
      url: '/account/password',
      hasErrors: status !== 200,
    }
    return pages.send(request, reply, page, { status })
  }
}
