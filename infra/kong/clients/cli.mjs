// A command-line app with a user: authorization code with PKCE, the browser on this machine, no secret (RFC 8252).
//   NODE_EXTRA_CA_CERTS=data/edge/edge.crt node infra/kong/clients/cli.mjs
import { createServer } from 'node:http'
import * as oauth from 'oauth4webapi'

const edge = process.env.EDGE_TLS_URL ?? 'https://localhost:8443'
const server = {
  issuer: edge,
  authorization_endpoint: `${edge}/authorize`,
  token_endpoint: `${edge}/oauth2/token`,
}
const client = { client_id: 'demo-cli' }
const redirectUri = 'http://127.0.0.1:5174/callback'

const verifier = oauth.generateRandomCodeVerifier()
const state = oauth.generateRandomState()
const authorization = new URL(server.authorization_endpoint)
authorization.search = new URLSearchParams({
  ...client,
  response_type: 'code',
  redirect_uri: redirectUri,
  scope: 'viewer:read',
  state,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
}).toString()

const callback = waitForCallback()
console.log(`Open in a browser:\n${authorization}`)
const parameters = oauth.validateAuthResponse(server, client, await callback, state)
const response = await oauth.authorizationCodeGrantRequest(
  server,
  client,
  oauth.None(),
  parameters,
  redirectUri,
  verifier,
)
const { access_token: token } = await oauth.processAuthorizationCodeResponse(server, client, response)

const answer = await fetch(`${edge}/graphql`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  body: JSON.stringify({ query: '{ viewer { id } region(code: IN) { movies(first: 5) { nodes { label } } } }' }),
})
const { data, errors } = await answer.json()
if (errors) throw new Error(errors.map(({ message }) => message).join('\n'))
console.log(`user ${data.viewer.id}`)
for (const { label } of data.region.movies.nodes) console.log(label)

/** The address that the browser comes back to, once. */
function waitForCallback() {
  const { port, hostname, pathname } = new URL(redirectUri)
  return new Promise((resolve) => {
    const listener = createServer((request, reply) => {
      const url = new URL(request.url, redirectUri)
      if (url.pathname !== pathname) return reply.writeHead(404).end()
      reply.writeHead(200, { 'content-type': 'text/plain', connection: 'close' }).end('You may close this window.')
      listener.close()
      resolve(url)
    }).listen(Number(port), hostname)
  })
}
