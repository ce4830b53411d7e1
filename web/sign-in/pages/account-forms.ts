import { html, type Html } from '../../http/html.ts'
import type { Messages } from '../messages/en.ts'
import type { Visit } from '../visit.ts'
import { renderForm, notice, type Field } from './form.ts'

/** What is wrong with a form: a message for each field that is. */
export type FieldErrors = Readonly<Partial<Record<'email' | 'name' | 'password' | 'current' | 'new', string>>>

interface FormState {
  readonly token: string
  readonly errors?: FieldErrors
  /** What is wrong with the whole of it. */
  readonly problem?: string | undefined
}

export interface SignInState extends FormState {
  readonly email?: string
  readonly returnTo: string
  readonly noticeText?: string | undefined
}

/** The form to sign in. */
export function signInForm({ messages }: Visit, state: SignInState): Html {
  const { token, errors = {}, problem, email = '', returnTo, noticeText } = state
  return html`${problem !== undefined && notice(problem, 'bad')} ${noticeText !== undefined && notice(noticeText)}
    ${renderForm({
      action: '/sign-in',
      token,
      hidden: { return: returnTo },
      errorSummary: messages.fieldErrors.summary,
      submit: messages.signIn.submit,
      fields: [
        emailField(messages, email, errors),
        password(messages.fields.password, 'password', 'current-password', errors.password),
      ],
    })}
    <p class="below">
      ${messages.signIn.noAccount}
      <a href="/sign-up?return=${encodeURIComponent(returnTo)}">${messages.signIn.signUp}</a>
    </p>`
}

export interface SignUpState extends FormState {
  readonly email?: string
  readonly name?: string
  readonly returnTo: string
}

/** The form to make an account. */
export function signUpForm({ messages }: Visit, state: SignUpState): Html {
  const { token, errors = {}, problem, email = '', name = '', returnTo } = state
  return html`<p>${messages.signUp.why}</p>
    ${problem !== undefined && notice(problem, 'bad')}
    ${renderForm({
      action: '/sign-up',
      token,
      hidden: { return: returnTo },
      errorSummary: messages.fieldErrors.summary,
      submit: messages.signUp.submit,
      fields: [
        nameField(messages, name, errors),
        emailField(messages, email, errors),
        {
          ...password(messages.fields.password, 'password', 'new-password', errors.password),
          hint: messages.fields.passwordHint,
        },
      ],
    })}
    <p class="below">
      ${messages.signUp.hasAccount}
      <a href="/sign-in?return=${encodeURIComponent(returnTo)}">${messages.signUp.signIn}</a>
    </p>`
}

/** The form to change the password of who is signed in. */
export function passwordForm({ messages }: Visit, { token, errors = {}, problem }: FormState): Html {
  return html`<p>${messages.password.effect}</p>
    ${problem !== undefined && notice(problem, 'bad')}
    ${renderForm({
      action: '/account/password',
      token,
      errorSummary: messages.fieldErrors.summary,
      submit: messages.password.submit,
      fields: [
        password(messages.fields.currentPassword, 'current', 'current-password', errors.current),
        {
          ...password(messages.fields.newPassword, 'new', 'new-password', errors.new),
          hint: messages.fields.passwordHint,
        },
      ],
    })}
    <p class="below"><a href="/account">${messages.back}</a></p>`
}

function emailField({ fields }: Messages, value: string, { email: error }: FieldErrors): Field {
  return { name: 'email', label: fields.email, type: 'email', autocomplete: 'username', value, error }
}

function nameField({ fields }: Messages, value: string, { name: error }: FieldErrors): Field {
  return { name: 'name', label: fields.name, type: 'text', autocomplete: 'name', hint: fields.nameHint, value, error }
}

function password(label: string, name: string, autocomplete: string, error: string | undefined): Field {
  return { name, label, type: 'password', autocomplete, error }
}
