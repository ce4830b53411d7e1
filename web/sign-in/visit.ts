import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { WebConfig } from '../config.ts'
import { clientOf, type Client } from '../http/client.ts'
import { readCookie, setCookieOf } from '../http/cookies.ts'
import { themeCookie, themeOf, type Theme } from '../look/themes.ts'
import type { Account } from './accounts/account.ts'
import type { Messages } from './messages/en.ts'
import { languageOf, messagesOf, preferredLanguage, type Language } from './messages/languages.ts'
import { sessionLifetimeMs, type Sessions } from './sessions/sessions.ts'

/** Who looks at a page, in which language. */
export interface Visit extends Client {
  readonly language: Language
  readonly messages: Messages
  readonly theme: Theme
  /** Who is signed in; null for everybody else. */
  readonly account: Account | null
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set for the sign-in pages before their handlers run. */
    visit: Visit
  }
}

const sessionCookie = 'movieverse-session'
const formCookie = 'movieverse-form'
const languageCookie = 'movieverse-language'
const yearSeconds = 365 * 24 * 60 * 60

/** Puts `request.visit` on every request of this scope; `?lang=hi` chooses a language and is remembered. */
export function addVisits(app: FastifyInstance, config: WebConfig, sessions: Sessions): void {
  app.decorateRequest('visit')
  app.addHook('onRequest', async (request, reply) => {
    const client = clientOf(request, config)
    const cookie = readCookie(request.headers.cookie, languageCookie, client.isSecure)
    const chosen = languageOf(/[?&]lang=([a-z]+)/.exec(request.url)?.[1])
    const language = chosen ?? languageOf(cookie) ?? preferredLanguage(request.headers['accept-language'])
    const theme = themeOf(readCookie(request.headers.cookie, themeCookie, client.isSecure))
    request.visit = { ...client, language, messages: messagesOf(language), theme, account: null }
    if (chosen) setCookie(request, reply, languageCookie, chosen, yearSeconds)
  })
  app.addHook('preHandler', async (request) => {
    const token = sessionTokenOf(request)
    if (token !== null) request.visit = { ...request.visit, account: await sessions.find(token) }
  })
}

/** The session token that the browser sent, whether it stands for a session or not. */
export function sessionTokenOf(request: FastifyRequest): string | null {
  return readCookie(request.headers.cookie, sessionCookie, request.visit.isSecure)
}

/** Gives the browser a session token; the empty string takes it away. */
export function setSessionToken(request: FastifyRequest, reply: FastifyReply, token: string): void {
  setCookie(request, reply, sessionCookie, token, sessionLifetimeMs / 1000)
}

/** The random text that binds forms to a browser before anybody is signed in; null where it has none yet. */
export function formCookieOf(request: FastifyRequest): string | null {
  return readCookie(request.headers.cookie, formCookie, request.visit.isSecure)
}

export function setFormCookie(request: FastifyRequest, reply: FastifyReply, value: string): void {
  setCookie(request, reply, formCookie, value)
}

function setCookie(
  { visit: { isSecure } }: FastifyRequest,
  reply: FastifyReply,
  name: string,
  value: string,
  maxAgeSeconds?: number,
): void {
  reply.header('set-cookie', setCookieOf({ name, value, isSecure, ...(maxAgeSeconds && { maxAgeSeconds }) }))
}
