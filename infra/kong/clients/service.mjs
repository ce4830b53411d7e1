// A service without users: client credentials, and nothing but Node's own fetch.
//   NODE_EXTRA_CA_CERTS=data/edge/edge.crt node infra/kong/clients/service.mjs
const edge = process.env.EDGE_TLS_URL ?? 'https://localhost:8443'
const clientId = 'demo-service'
const clientSecret = process.env.DEMO_SERVICE_CLIENT_SECRET ?? 'development-demo-service-client-secret'

let token = { value: '', expiresAt: 0 }

/** A token that is good for another half minute at least; asked for only where there is none. */
async function accessToken() {
  if (token.expiresAt > Date.now() + 30_000) return token.value
  const answer = await fetch(`${edge}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }),
  })
  const body = await answer.json()
  if (!answer.ok) throw new Error(`no token: ${body.error_description}`)
  token = { value: body.access_token, expiresAt: Date.now() + body.expires_in * 1000 }
  return token.value
}

async function ask(query) {
  const answer = await fetch(`${edge}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await accessToken()}` },
    body: JSON.stringify({ query }),
  })
  const { data, errors } = await answer.json()
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'))
  return data
}

const { region } = await ask('{ region(code: IN) { movies(first: 5) { nodes { label } } } }')
for (const { label } of region.movies.nodes) console.log(label)
