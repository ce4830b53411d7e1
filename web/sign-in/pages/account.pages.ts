import { html, type Html } from '../../http/html.ts'
import type { Account } from '../accounts/account.ts'
import type { FindApp } from '../consents/authorization-request.ts'
import type { Consent } from '../consents/consents.repository.ts'
import type { Visit } from '../visit.ts'
import { hiddenFields, notice } from './form.ts'

/** What an account's owner can do with it. */
export function accountPage({ messages: { account: texts } }: Visit, account: Account, noticeText?: string): Html {
  return html`${noticeText !== undefined && notice(noticeText)}
    <p>${texts.signedInAs(account.name)} <span class="quiet">${account.email}</span></p>
    <ul class="list">
      <li><a href="/account/password">${texts.changePassword}</a></li>
      <li><a href="/account/apps">${texts.apps}</a></li>
      <li><a href="/sign-out">${texts.signOut}</a></li>
    </ul>`
}

/** Asks before it signs out: a link alone, which another site may hold, does nothing. */
export function signOutPage({ messages: { signOut: texts } }: Visit, token: string): Html {
  return html`<p>${texts.explanation}</p>
    <form method="post" action="/sign-out">
      ${hiddenFields({ token })}
      <button type="submit">${texts.submit}</button>
    </form>
    <p class="below"><a href="/account">${texts.stay}</a></p>`
}

export interface AppsState {
  readonly consents: readonly Consent[]
  readonly findApp: FindApp
  readonly token: string
  readonly noticeText?: string | undefined
}

/** The apps that somebody let in, each with a button that takes it back. */
export function appsPage(visit: Visit, { consents, findApp, token, noticeText }: AppsState): Html {
  const { apps: texts } = visit.messages
  const items = consents.map((consent) => {
    const name = findApp(consent.clientId)?.name ?? texts.unknown(consent.clientId)
    return html`<li>
      <h2>${name}</h2>
      <p class="quiet">${texts.since(dayOf(consent.grantedAt, visit.language))}</p>
      ${scopeList(visit, consent)}
      <form method="post" action="/account/apps">
        ${hiddenFields({ client_id: consent.clientId, token })}
        <button type="submit" class="second" aria-label="${texts.withdrawFrom(name)}">${texts.withdraw}</button>
      </form>
    </li>`
  })
  return html`${noticeText !== undefined && notice(noticeText)}
    ${
      items.length === 0
        ? html`<p>${texts.none}</p>`
        : html`<ul class="list">
              ${items}
            </ul>
            <p>${texts.effect}</p>`
    }
    <p class="below"><a href="/account">${visit.messages.back}</a></p>`
}

function scopeList({ messages: { consent } }: Visit, { scopes }: Consent): Html {
  const known = Object.entries(consent.scopes).filter(([scope]) => scopes.includes(scope))
  return html`<ul class="scopes">
    ${[consent.id, ...known.map(([, words]) => words)].map((words) => html`<li>${words}</li>`)}
  </ul>`
}

function dayOf(time: Date, language: string): string {
  return new Intl.DateTimeFormat(`${language}-IN`, { dateStyle: 'long', timeZone: 'UTC' }).format(time)
}
