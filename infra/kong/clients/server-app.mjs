// A server app with users: authorization code with PKCE and a secret; tokens stay on the server.
//   NODE_EXTRA_CA_CERTS=data/edge/edge.crt node infra/kong/clients/server-app.mjs, then open http://127.0.0.1:5175/
import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { AuthorizationCode } from 'simple-oauth2'

const edge = process.env.EDGE_TLS_URL ?? 'https://localhost:8443'
const redirectUri = 'http://127.0.0.1:5175/callback'
const client = new AuthorizationCode({
  client: {
    id: 'demo-server',
    secret: process.env.DEMO_SERVER_CLIENT_SECRET ?? 'development-demo-server-client-secret',
  },
  auth: { tokenHost: edge, tokenPath: '/oauth2/token', authorizePath: '/authorize' },
  options: { authorizationMethod: 'body' },
})

/** Sign-ins on their way, by state: each is finished by the browser that began it, which holds the cookie. */
const pending = new Map()

const routes = {
  '/': startSignIn,
  '/callback': finishSignIn,
}

createServer((request, reply) => {
  const url = new URL(request.url, redirectUri)
  const route = routes[url.pathname]
  if (!route) return reply.writeHead(404).end()
  route(request, reply, url).catch((error) => {
    console.error(error)
    if (!reply.headersSent) reply.writeHead(502)
    reply.end('Signing in failed')
  })
}).listen(5175, '127.0.0.1', () => console.log('Open http://127.0.0.1:5175/'))

async function startSignIn(_request, reply) {
  const [state, verifier] = [randomBytes(24).toString('base64url'), randomBytes(32).toString('base64url')]
  pending.set(state, verifier)
  setTimeout(() => pending.delete(state), 10 * 60_000).unref()
  const location = client.authorizeURL({
    redirect_uri: redirectUri,
    scope: 'viewer:read',
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  reply.writeHead(303, { location, 'set-cookie': `state=${state}; HttpOnly; SameSite=Lax; Path=/callback` }).end()
}

async function finishSignIn(request, reply, { searchParams }) {
  const state = searchParams.get('state') ?? ''
  const verifier = pending.get(state)
  const isOwn = request.headers.cookie?.split('; ').includes(`state=${state}`)
  if (!verifier || !isOwn) return reply.writeHead(400).end('This sign-in was not begun here')
  pending.delete(state)
  if (searchParams.has('error')) return reply.writeHead(403).end(searchParams.get('error_description'))
  const { token } = await client.getToken({
    code: searchParams.get('code'),
    redirect_uri: redirectUri,
    code_verifier: verifier,
  })
  const { viewer, region } = await ask(token.access_token)
  const lines = [`user ${viewer.id}`, ...region.movies.nodes.map(({ label }) => label)]
  reply.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(lines.join('\n'))
}

async function ask(token) {
  const answer = await fetch(`${edge}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ viewer { id } region(code: IN) { movies(first: 5) { nodes { label } } } }' }),
  })
  const { data, errors } = await answer.json()
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'))
  return data
}
