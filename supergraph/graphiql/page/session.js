// Signs people in through the edge: authorization code with PKCE, as a public client. Tokens live in this page's memory
// alone and are gone when it is; what must survive the way to the sign-in page and back is in sessionStorage.
import * as oauth from 'oauth4webapi'

const client = { client_id: 'graphiql' }
const scope = 'viewer:read viewer:write'
const redirectUri = `${location.origin}/graphiql/`
const edge = {
  issuer: location.origin,
  authorization_endpoint: `${location.origin}/authorize`,
  token_endpoint: `${location.origin}/oauth2/token`,
}
const stored = 'graphiql-sign-in'

let tokens = null

/** The header that tells who is signed in; none where nobody is. */
export function authorization() {
  return tokens ? { authorization: `Bearer ${tokens.access_token}` } : {}
}

/** Shows who is signed in, where the page was opened through the edge; finishes a sign-in that has just come back. */
export async function showSession(element) {
  const response = await fetch('/graphiql/sign-in.json')
  const { url } = await response.json()
  if (url === null) return
  if (url !== location.origin) {
    show(element, 'Queries need a token here, and tokens come over https: ', linkTo(`${url}/graphiql/`))
    return
  }
  try {
    await finishSignIn()
    showState(element)
  } catch (error) {
    showState(element, `Signing in failed: ${reasonOf(error)}`)
  }
}

function showState(element, problem = '') {
  if (tokens)
    show(
      element,
      'Signed in',
      buttonFor('Sign out', () => signOut(element)),
    )
  else show(element, problem || 'Queries need a token here.', buttonFor('Sign in', startSignIn))
}

async function startSignIn() {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  sessionStorage.setItem(stored, JSON.stringify({ verifier, state }))
  const url = new URL(edge.authorization_endpoint)
  url.search = new URLSearchParams({
    ...client,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  location.assign(url)
}

async function finishSignIn() {
  const url = new URL(location.href)
  if (!url.searchParams.has('state')) return
  const { verifier, state } = JSON.parse(sessionStorage.getItem(stored) ?? '{}')
  sessionStorage.removeItem(stored)
  // The code works once; it need not stand in the address, nor be sent on by links.
  history.replaceState(null, '', redirectUri)
  const parameters = oauth.validateAuthResponse(edge, client, url, state)
  const response = await oauth.authorizationCodeGrantRequest(
    edge,
    client,
    oauth.None(),
    parameters,
    redirectUri,
    verifier,
  )
  tokens = await oauth.processAuthorizationCodeResponse(edge, client, response)
}

/** Kong cannot revoke a token, but a refresh ends both old ones: the new ones are thrown away. */
async function signOut(element) {
  const { refresh_token: last } = tokens
  tokens = null
  showState(element)
  if (last) await oauth.refreshTokenGrantRequest(edge, client, oauth.None(), last)
}

function reasonOf(error) {
  return error.error_description ?? error.message
}

function show(element, ...parts) {
  element.replaceChildren(...parts)
}

function buttonFor(text, act) {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = text
  button.addEventListener('click', act)
  return button
}

function linkTo(url) {
  const link = document.createElement('a')
  link.href = url
  link.textContent = url
  return link
}
