import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { queryOf, type Fields } from '../../http/form-body.ts'
import { normalizeEmail } from '../accounts/email.ts'
import type { SignInContext } from '../context.ts'
import type { Messages } from '../messages/en.ts'
import { goTo, noticeOf, originsBehind, returnPathOf } from '../navigation.ts'
import { signInForm, type FieldErrors, type SignInState } from '../pages/account-forms.ts'
import { sessionTokenOf, setSessionToken } from '../visit.ts'
import type { Sessions } from './sessions.ts'
import { signInLimits, waitMinutes } from './throttle.ts'

/** `/sign-in`: the form, and the session that follows from it. */
export function addSignInRoutes(app: FastifyInstance, context: SignInContext): void {
  const { accounts, forms, throttle } = context

  app.get('/sign-in', async (request, reply) => {
    const { account, messages } = request.visit
    const returnTo = returnPathOf(queryOf(request.url).return)
    if (account) return goTo(reply, returnTo)
    const { signedUp, signedOut } = messages.signIn
    const noticeText = noticeOf(request, { 'signed-up': signedUp, 'signed-out': signedOut })
    return answer(request, reply, { returnTo, noticeText })
  })

  app.post('/sign-in', async (request, reply) => {
    const fields = forms.fieldsOf('visitor', request)
    const { messages, network } = request.visit
    const returnTo = returnPathOf(fields.return)
    const state = { returnTo, email: fields.email ?? '' }
    const { email, password, errors } = readCredentials(fields, messages)
    if (email === null || password === '') return answer(request, reply, { ...state, errors }, 422)
    const admission = await throttle.admit({ account: email, network }, signInLimits)
    if (!admission.isAdmitted) {
      const problem = messages.signIn.tooMany(waitMinutes(reply, admission))
      return answer(request, reply, { ...state, problem }, 429)
    }
    const account = await accounts.findByPassword(email, password)
    if (!account) return answer(request, reply, { ...state, problem: messages.signIn.wrong }, 422)
    await admission.succeed()
    await startSession(context.sessions, request, reply, account.id)
    return goTo(reply, returnTo)
  })

  function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    state: Omit<SignInState, 'token'>,
    status = 200,
  ): FastifyReply {
    const token = forms.tokenFor('visitor', request, reply)
    const page = {
      title: request.visit.messages.signIn.title,
      body: signInForm(request.visit, { ...state, token }),
      url: `/sign-in?return=${encodeURIComponent(state.returnTo)}`,
      hasErrors: status !== 200,
    }
    return context.pages.send(request, reply, page, {
      status,
      formTargets: originsBehind(state.returnTo, context.findApp),
    })
  }
}

/** Always a new token: one that somebody planted before the sign-in is worth nothing after it. */
async function startSession(
  sessions: Sessions,
  request: FastifyRequest,
  reply: FastifyReply,
  accountId: string,
): Promise<void> {
  const old = sessionTokenOf(request)
  if (old !== null) await sessions.end(old)
  setSessionToken(request, reply, await sessions.start(accountId))
}

function readCredentials(
  fields: Fields,
  { fieldErrors }: Messages,
): { email: string | null; password: string; errors: FieldErrors } {
  const email = normalizeEmail(fields.email ?? '')
  const password = fields.password ?? ''
  const errors = {
    ...(email === null && { email: fieldErrors.email }),
    ...(password === '' && { password: fieldErrors.passwordMissing }),
  }
  return { email, password, errors }
}
