import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { queryOf, type Fields } from '../../http/form-body.ts'
import type { SignInContext } from '../context.ts'
import type { Messages } from '../messages/en.ts'
import { goTo, returnPathOf } from '../navigation.ts'
import { signUpForm, type FieldErrors, type SignUpState } from '../pages/account-forms.ts'
import { signUpLimits, waitMinutes } from '../sessions/throttle.ts'
import type { NewAccount } from './accounts.ts'
import { normalizeEmail } from './email.ts'
import { passwordProblemOf } from './password-rules.ts'

const maxNameLength = 80

/**
 * `/sign-up`: makes an account and sends to the sign-in page, with the same words whether the address was free or not.
 * Nobody is signed in here, since that alone would tell.
 */
export function addSignUpRoutes(app: FastifyInstance, { accounts, forms, pages, throttle }: SignInContext): void {
  app.get('/sign-up', async (request, reply) => {
    const returnTo = returnPathOf(queryOf(request.url).return)
    return request.visit.account ? goTo(reply, returnTo) : answer(request, reply, { returnTo })
  })

  app.post('/sign-up', async (request, reply) => {
    const fields = forms.fieldsOf('visitor', request)
    const { messages, network } = request.visit
    const returnTo = returnPathOf(fields.return)
    const state = { returnTo, email: fields.email ?? '', name: fields.name ?? '' }
    const { account, errors } = readNewAccount(fields, messages)
    if (!account) return answer(request, reply, { ...state, errors }, 422)
    const admission = await throttle.admit(
      { account: `sign-up ${network}`, network: `sign-up ${network}` },
      signUpLimits,
    )
    if (!admission.isAdmitted) {
      const problem = messages.signUp.tooMany(waitMinutes(reply, admission))
      return answer(request, reply, { ...state, problem }, 429)
    }
    await accounts.signUp(account)
    return goTo(reply, `/sign-in?notice=signed-up&return=${encodeURIComponent(returnTo)}`)
  })

  function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    state: Omit<SignUpState, 'token'>,
    status = 200,
  ): FastifyReply {
    const page = {
      title: request.visit.messages.signUp.title,
      body: signUpForm(request.visit, { ...state, token: forms.tokenFor('visitor', request, reply) }),
      url: `/sign-up?return=${encodeURIComponent(state.returnTo)}`,
      hasErrors: status !== 200,
    }
    return pages.send(request, reply, page, { status })
  }
}

function readNewAccount(
  fields: Fields,
  { fieldErrors }: Messages,
): { account: NewAccount | null; errors: FieldErrors } {
  const email = normalizeEmail(fields.email ?? '')
  const name = (fields.name ?? '').normalize('NFC').trim().replace(/\s+/g, ' ')
  const password = fields.password ?? ''
  const passwordProblem = passwordProblemOf(password, [email ?? '', name])
  const isNameTooLong = [...name].length > maxNameLength
  const errors: FieldErrors = {
    ...(name === '' && { name: fieldErrors.nameMissing }),
    ...(isNameTooLong && { name: fieldErrors.nameTooLong }),
    ...(email === null && { email: fieldErrors.email }),
    ...(passwordProblem && { password: fieldErrors[passwordProblem] }),
  }
  const isGood = email !== null && Object.keys(errors).length === 0
  return { account: isGood ? { email, name, password } : null, errors }
}
