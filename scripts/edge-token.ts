// pnpm edge:token [--scope "viewer:read viewer:write"] [--user <id>]: prints a development access token and nothing else.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { scopes } from '@movieverse/kong/apps.ts'
import { runCommand, UsageError } from '@movieverse/service/command.ts'
import { readConfig, secretSetting } from '@movieverse/service/config.ts'
import { Agent, fetch } from 'undici'
import { z } from 'zod'

const developmentCertificate = fileURLToPath(new URL('../data/edge/edge.crt', import.meta.url))

const settings = z.object({
  EDGE_TLS_URL: z.url({ protocol: /^https$/ }).default('https://localhost:8443'),
  /** The certificate, or its issuer's, that the edge is checked against. */
  EDGE_CA_FILE: z.string().default(developmentCertificate),
  DEMO_SERVICE_CLIENT_SECRET: secretSetting('demo-service-client-secret'),
  PROVISION_KEY: secretSetting('provision-key'),
})

interface TokenRequest {
  readonly scope: string | undefined
  readonly user: string | undefined
}

interface TokenAnswer {
  readonly access_token?: string
  readonly error_description?: string
}

await runCommand('edge:token', async () => {
  const { values } = parseArgs({ options: { scope: { type: 'string' }, user: { type: 'string' } } })
  const unknown = (values.scope ?? '').split(' ').find((scope) => scope !== '' && !scopes.some((own) => own === scope))
  if (unknown !== undefined) throw new UsageError(`there is no scope "${unknown}": there are ${scopes.join(' and ')}`)
  console.log(await askForToken({ scope: values.scope, user: values.user ?? (values.scope && 'demo-asha') }))
})

/**
 * A token of the demo service. A viewer's fields need a user besides the scope; who holds the provision key may name
 * one, as the sign-in page does once somebody has signed in.
 */
async function askForToken({ scope, user }: TokenRequest): Promise<string> {
  const { EDGE_TLS_URL, EDGE_CA_FILE, DEMO_SERVICE_CLIENT_SECRET, PROVISION_KEY } = readConfig(settings)
  const form = {
    grant_type: 'client_credentials',
    client_id: 'demo-service',
    client_secret: DEMO_SERVICE_CLIENT_SECRET,
    ...(scope && { scope }),
    ...(user && { authenticated_userid: user, provision_key: PROVISION_KEY }),
  }
  const dispatcher = new Agent({ connect: { ca: await certificate(EDGE_CA_FILE) } })
  try {
    const answer = await fetch(`${EDGE_TLS_URL}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
      dispatcher,
      signal: AbortSignal.timeout(10_000),
    })
    // `as`: Kong's token answers and errors.
    const body = (await answer.json()) as TokenAnswer
    if (body.access_token === undefined) throw new Error(body.error_description ?? `the edge said ${answer.status}`)
    return body.access_token
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new Error(`no edge answers at ${EDGE_TLS_URL}; "pnpm start" starts it`, { cause: error })
  } finally {
    await dispatcher.close()
  }
}

async function certificate(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new Error(`cannot read the edge's certificate; "pnpm start" makes it`, { cause: error })
  }
}
