import { createHash } from 'node:crypto'
import { findSignInApp, scopes } from '@movieverse/kong/apps.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { readCookie, setCookieOf } from '../../http/cookies.ts'
import { queryOf } from '../../http/form-body.ts'
import { localPathOf } from '../../http/local-path.ts'
import { isSameText, keyedHash, randomToken } from '../../http/tokens.ts'
import { goTo } from '../../sign-in/navigation.ts'
import { PageError } from '../../sign-in/page-error.ts'
import { sessionTokenOf, setSessionToken } from '../../sign-in/visit.ts'
import { sessionHashOf, type SiteContext } from '../context.ts'

const clientId = 'website'
const loginCookie = 'movieverse-login'
/** Signing in, or up, may take so long. */
const loginSeconds = 30 * 60

/**
 * `/site/sign-in`, `/callback` and `/site/sign-out`: the website as any other app of the edge, with authorization code
 * and PKCE (RFC 6749, RFC 7636). The browser keeps only a hash that binds the answer to it; the verifier is made from
 * the state and a secret, so that nothing has to be stored, and tokens stay on this server.
 */
export function addSiteSignIn(app: FastifyInstance, context: SiteContext): void {
  const { config, edgeTokens, tokens, sessions, forms } = context
  const secret = config.WEB_COOKIE_SECRET
  const verifierOf = (state: string): string => keyedHash(secret, 'site-pkce', state)

  app.get('/site/sign-in', async (request, reply) => {
    const { return: back, new: isNew } = queryOf(request.url)
    const state = `${randomToken()}.${Buffer.from(localPathOf(back, '/').slice(0, 600)).toString('base64url')}`
    const value = keyedHash(secret, 'site-login', state)
    const { isSecure } = request.visit
    reply.header('set-cookie', setCookieOf({ name: loginCookie, value, isSecure, maxAgeSeconds: loginSeconds }))
    const authorize = `/authorize?${new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: callbackOf(request, config.WEBSITE_ORIGIN),
      scope: scopes.join(' '),
      state,
      code_challenge: createHash('sha256').update(verifierOf(state)).digest('base64url'),
      code_challenge_method: 'S256',
    }).toString()}`
    return goTo(reply, isNew === '1' ? `/sign-up?return=${encodeURIComponent(authorize)}` : authorize)
  })

  app.get('/callback', async (request, reply) => {
    const { code, state = '' } = queryOf(request.url)
    const { isSecure } = request.visit
    const bound = readCookie(request.headers.cookie, loginCookie, isSecure)
    reply.header('set-cookie', setCookieOf({ name: loginCookie, value: '', isSecure }))
    if (bound === null || !isSameText(bound, keyedHash(secret, 'site-login', state))) throw new PageError('formExpired')
    const back = localPathOf(Buffer.from(state.split('.')[1] ?? '', 'base64url').toString(), '/')
    const sessionHash = sessionHashOf(request)
    // Without a code the visitor has said no.
    if (code === undefined || sessionHash === null) return goTo(reply, back)
    const pair = await edgeTokens.fromCode(code, verifierOf(state), callbackOf(request, config.WEBSITE_ORIGIN))
    if (!pair) throw new PageError('edgeRefused')
    await tokens.begin(sessionHash, pair)
    return goTo(reply, back)
  })

  app.post('/site/sign-out', async (request, reply) => {
    const sessionHash = sessionHashOf(request)
    if (sessionHash === null) return goTo(reply, '/')
    forms.fieldsOf('session', request)
    // The session ends here even where the edge cannot be told.
    await tokens.end(sessionHash).catch((error: unknown) => request.log.warn({ err: error }, 'tokens were not ended'))
    const token = sessionTokenOf(request)
    if (token !== null) await sessions.end(token)
    setSessionToken(request, reply, '')
    return goTo(reply, '/')
  })
}

/** Where the edge sends the visitor back: under the address at which they see the site, where that is registered. */
function callbackOf(request: FastifyRequest, fallback: string): string {
  const { host = '' } = request.headers
  const address = `${request.visit.isSecure ? 'https' : 'http'}://${host}/callback`
  const registered = findSignInApp(clientId)?.redirectUris ?? []
  return registered.includes(address) ? address : new URL('/callback', fallback).href
}
