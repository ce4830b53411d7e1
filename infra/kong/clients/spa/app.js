// A single-page app: authorization code with PKCE, no secret. The token lives in this page's memory alone.
import * as oauth from 'oauth4webapi'

const edge = import.meta.env.VITE_EDGE_TLS_URL ?? 'https://localhost:8443'
const server = {
  issuer: edge,
  authorization_endpoint: `${edge}/authorize`,
  token_endpoint: `${edge}/oauth2/token`,
}
const client = { client_id: 'demo-spa' }
const redirectUri = `${location.origin}/callback`

async function startSignIn() {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  sessionStorage.setItem('sign-in', JSON.stringify({ verifier, state }))
  const url = new URL(server.authorization_endpoint)
  url.search = new URLSearchParams({
    ...client,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'viewer:read',
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  location.assign(url)
}

async function finishSignIn() {
  const { verifier, state } = JSON.parse(sessionStorage.getItem('sign-in') ?? '{}')
  sessionStorage.removeItem('sign-in')
  const parameters = oauth.validateAuthResponse(server, client, new URL(location.href), state)
  history.replaceState(null, '', '/')
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    redirectUri,
    verifier,
  )
  return oauth.processAuthorizationCodeResponse(server, client, response)
}

async function show(token) {
  const answer = await fetch(`${edge}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ viewer { id } region(code: IN) { movies(first: 5) { nodes { label } } } }' }),
  })
  const { data, errors } = await answer.json()
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'))
  document.getElementById('user').textContent = `user ${data.viewer.id}`
  const items = data.region.movies.nodes.map(({ label }) => {
    const item = document.createElement('li')
    item.textContent = label
    return item
  })
  document.getElementById('movies').replaceChildren(...items)
  document.getElementById('sign-in').hidden = true
}

document.getElementById('sign-in').addEventListener('click', () => void startSignIn())
if (location.pathname === '/callback') {
  const { access_token: token } = await finishSignIn()
  await show(token)
}
