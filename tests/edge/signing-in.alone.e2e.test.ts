import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import { createDatabase } from '@movieverse/service/database.ts'
import { migrate } from '@movieverse/service/migrations.ts'
import { createDemoAccounts, demoAccounts, demoPassword } from '@movieverse/web/sign-in/accounts/demo-accounts.ts'
import { createLocalSubgraph, type LocalSubgraph } from '../../supergraph/fixtures/local-subgraph.ts'
import { createPlatformSubgraphs } from '../../supergraph/fixtures/platform-subgraphs.ts'
import { startSupergraph, type RunningSupergraph } from '../../supergraph/fixtures/running-supergraph.ts'
import { launchBrowserTrusting } from '../support/browser.ts'
import { root, runCommand, type RunningCommand } from '../support/command.ts'
import { freePort } from '../support/mariadb.ts'
import { ask, bearer } from './support/asking.ts'
import { test } from './support/embedded-test.ts'
import { runEmbeddedEdge, testEdgeOf, type EmbeddedEdge } from './support/test-edge.ts'

// The clients and GraphiQL are registered under these addresses, so the edge and they stand where they say.
const httpsPort = 8443
const [asha, ben] = demoAccounts

let supergraph: RunningSupergraph
let edge: EmbeddedEdge
let browser: Browser
let clientEnvironment: Record<string, string>
const closing: Array<() => unknown> = []

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-signing-in-'))
  closing.push(() => rm(folder, { recursive: true }))
  const others = createPlatformSubgraphs().filter(({ name }) => name !== 'viewers' && name !== 'recommendations')
  supergraph = await startSupergraph([...others, viewersSubgraph()])
  closing.push(() => supergraph[Symbol.asyncDispose]())
  const supergraphUrl = await supergraph.app.listen({ host: '127.0.0.1', port: 0 })
  const webPort = await freePort()
  const upstreams = { supergraph: [new URL(supergraphUrl).host], web: [`127.0.0.1:${webPort}`] }
  edge = await runEmbeddedEdge({ folder, upstreams, httpsPort })
  closing.push(() => edge.command[Symbol.asyncDispose]())
  clientEnvironment = { EDGE_CA_FILE: join(folder, 'edge.crt'), NODE_EXTRA_CA_CERTS: join(folder, 'edge.crt') }
  closing.push(await startWeb(`sqlite:${folder}/web.sqlite`, webPort))
  browser = await launchBrowserTrusting(edge.ca)
  closing.push(() => browser.close())
})
afterAll(async () => {
  for (const close of closing.toReversed()) await close()
})

/** Tells who asks, as the viewers' service does. */
function viewersSubgraph(): LocalSubgraph {
  const sdl = `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes"])
    type Query { viewer: Viewer @requiresScopes(scopes: [["viewer:read"]]) }
    type Viewer { id: ID! }
  `
  const asked = (): unknown => supergraph.subgraphs.get('viewers')?.calls.at(-1)?.headers['x-authenticated-userid']
  return createLocalSubgraph('viewers', sdl, { Query: { viewer: () => ({ __typename: 'Viewer', id: asked() }) } })
}

async function startWeb(databaseUrl: string, port: number): Promise<() => PromiseLike<void>> {
  const db = createDatabase(databaseUrl)
  await migrate(db, { set: 'web' })
  await createDemoAccounts(db)
  await db.destroy()
  const command = runCommand(['web/main.ts'], {
    ...clientEnvironment,
    PORT: String(port),
    WEB_DATABASE_URL: databaseUrl,
    EDGE_TLS_URL: `https://localhost:${httpsPort}`,
    LOG_LEVEL: 'warn',
  })
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (answer?.ok) return () => command[Symbol.asyncDispose]()
    const ended = command.ended.then(() => 'ended' as const)
    if ((await Promise.race([ended, wait(50)])) === 'ended') throw new Error(`web ended:\n${command.output()}`)
  }
}

let context: BrowserContext
let page: Page
const problems: string[] = []
beforeEach(async () => {
  context = await browser.newContext({ locale: 'en-GB' })
  page = await context.newPage()
  problems.length = 0
  page.on('pageerror', (error) => problems.push(String(error)))
})
afterEach(() => context.close())

/** Signs in as a demo account and agrees to what the app asks for. */
async function agree(account = asha): Promise<void> {
  await page.locator('input[name="email"]').fill(account?.email ?? '')
  await page.locator('input[type="password"]').fill(demoPassword)
  await page.locator('form button[type="submit"]').last().click()
  await page.getByRole('button', { name: 'Allow', exact: true }).click()
}

const indian = /^India-/

describe('without a user', () => {
  test('an API key and curl print movies of India', async () => {
    const { stdout } = await promisify(execFile)('bash', ['infra/kong/clients/api-key.sh'], {
      cwd: root,
      env: { ...process.env, ...clientEnvironment },
    })
    expect(JSON.stringify(JSON.parse(stdout))).toContain('"label":"India-')
  })

  test('a service with client credentials prints movies of India', async () => {
    await using client = runCommand(['infra/kong/clients/service.mjs'], clientEnvironment)
    expect(await client.ended).toBe(0)
    expect(client.output().trim().split('\n')).toSatisfy((lines: string[]) => lines.every((line) => indian.test(line)))
  })

  test('no client works without the certificate file', async () => {
    const { NODE_EXTRA_CA_CERTS: _, ...untrusting } = clientEnvironment
    await using client = runCommand(['infra/kong/clients/service.mjs'], untrusting)
    expect(await client.ended).toBe(1)
    expect(client.output()).toMatch(/self.signed certificate/iu)
  })
})

describe('with a user', () => {
  test('a command-line app prints the user and movies of India', async () => {
    await using client: RunningCommand = runCommand(['infra/kong/clients/cli.mjs'], clientEnvironment)
    await client.printed('code_challenge_method=S256')
    await page.goto(/https:\S+/u.exec(client.output())?.[0] ?? '')
    await agree()
    expect(await client.ended).toBe(0)
    expect(client.output()).toContain(`user ${asha?.id}\nIndia-`)
  })

  test('a server app shows the user and movies of India', async () => {
    await using client = runCommand(['infra/kong/clients/server-app.mjs'], clientEnvironment)
    await client.printed('http://127.0.0.1:5175/')
    await page.goto('http://127.0.0.1:5175/')
    await agree()
    await page.getByText(`user ${asha?.id}`).waitFor()
    expect(await page.textContent('body')).toContain('\nIndia-')
  })

  test('a single-page app shows the user and movies of India', async () => {
    await using client = runCommand(['infra/kong/clients/spa/serve.mjs'], clientEnvironment)
    await client.printed('http://localhost:5173/')
    await page.goto('http://localhost:5173/')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await agree()
    await page.getByText(`user ${asha?.id}`).waitFor()
    expect(await page.getByRole('listitem').first().textContent()).toMatch(indian)
    expect(page.url()).toBe('http://localhost:5173/')
    expect(problems).toEqual([])
  })
})

describe('GraphiQL through the edge', () => {
  const url = `https://localhost:${httpsPort}/graphiql/`
  const run = (): Promise<void> => page.getByRole('button', { name: /Execute query/u }).click()
  const answer = (): ReturnType<Page['locator']> => page.locator('.graphiql-response')

  test('asks for a sign-in, signs in, and then queries as the user', async () => {
    await page.goto(url)
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    await run()
    await answer().getByText('An access token or an API key is required').waitFor()
    await page.getByRole('button', { name: 'Sign in' }).click()
    await agree()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    expect(page.url()).toBe(url)
    await run()
    await answer().getByText('India-').first().waitFor()
    expect(problems).toEqual([])
  })

  test('signs out so that the old token is worth nothing', async () => {
    await page.goto(url)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await agree(ben)
    const asked = page.waitForRequest((request) => request.url().endsWith('/graphql') && request.method() === 'POST')
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    await run()
    const token = (await (await asked).headerValue('authorization'))?.replace('Bearer ', '') ?? ''
    const statusOfToken = async (): Promise<number> => {
      const { got } = await ask(testEdgeOf(edge), { path: '/graphql?query=%7B__typename%7D', headers: [bearer(token)] })
      return got.status
    }
    expect(await statusOfToken()).not.toBe(401)
    const refreshed = page.waitForResponse((response) => response.url().endsWith('/oauth2/token'))
    await page.getByRole('button', { name: 'Sign out' }).click()
    expect((await refreshed).status()).toBe(200)
    expect(await statusOfToken()).toBe(401)
  })

  test('over plain http leads to where it can sign in', async () => {
    await page.goto(`${edge.addresses.url}/graphiql/`)
    expect(await page.getByRole('link', { name: url }).getAttribute('href')).toBe(url)
  })
})

describe('pnpm edge:token', () => {
  const tokenWith = async (...args: string[]): Promise<{ output: string; code: number | null }> => {
    await using command = runCommand(['scripts/edge-token.ts', ...args], clientEnvironment)
    const code = await command.ended
    return { output: command.output(), code }
  }
  const query = async (token: string, text: string): Promise<Record<string, unknown>> => {
    const body = JSON.stringify({ query: text })
    const headers = [bearer(token), ['Content-Type', 'application/json']] as const
    const { got } = await ask(testEdgeOf(edge), { method: 'POST', path: '/graphql', headers, body })
    return got.json()
  }

  test('prints a token that reads the catalogue, and nothing else', async () => {
    const { output } = await tokenWith()
    expect(output).toMatch(/^[A-Za-z0-9]{32}\n$/u)
    expect(await query(output.trim(), '{ region(code: IN) { region { code } } }')).toEqual({
      data: { region: { region: { code: 'IN' } } },
    })
  })

  test('with a scope prints a token of a demo user, or of the one that is named', async () => {
    const id = async (...args: string[]): Promise<unknown> => {
      const { output } = await tokenWith('--scope', 'viewer:read', ...args)
      return (await query(output.trim(), '{ viewer { id } }')).data
    }
    expect(await id()).toEqual({ viewer: { id: asha?.id } })
    expect(await id('--user', 'somebody')).toEqual({ viewer: { id: 'somebody' } })
  })

  test('says in one line what is wrong', async () => {
    expect(await tokenWith('--scope', 'admin')).toEqual({
      output: 'edge:token: there is no scope "admin": there are viewer:read and viewer:write\n',
      code: 2,
    })
  })
})
