import { html, type Html } from '../../http/html.ts'
import type { Account } from '../accounts/account.ts'
import { parametersOf, type AuthorizationRequest } from '../consents/authorization-request.ts'
import type { Messages } from '../messages/en.ts'
import { hiddenFields } from './form.ts'

export interface ConsentState {
  readonly request: AuthorizationRequest
  readonly account: Account
  readonly token: string
  /** Where to come back to when somebody else has signed in. */
  readonly url: string
}

/** Names the app, who is signed in, what the app asks for in words, and where it leads. */
export function consentPage({ consent }: Messages, { request, account, token, url }: ConsentState): Html {
  const { app, redirectUri, scopes } = request
  const words = [
    consent.id,
    ...app.scopes.filter((scope) => scopes.includes(scope)).map((scope) => consent.scopes[scope]),
  ]
  return html`<p>${consent.signedInAs(account.name, account.email)}</p>
    <h2>${consent.asks(app.name)}</h2>
    <ul class="scopes">
      ${words.map((word) => html`<li>${word}</li>`)}
    </ul>
    <p>${consent.returnsTo(new URL(redirectUri).host)} ${consent.withdraw}</p>
    <form method="post" action="/authorize" class="choices">
      ${hiddenFields({ ...parametersOf(request), token })}
      <button type="submit" name="decision" value="allow">${consent.allow}</button>
      <button type="submit" name="decision" value="deny" class="second">${consent.deny}</button>
    </form>
    <form method="post" action="/sign-out" class="below">
      ${hiddenFields({ return: url, token })}
      <button type="submit" class="link">${consent.someoneElse}</button>
    </form>`
}
