import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readKongConfig } from '@movieverse/kong/config.ts'
import type { FastifyInstance } from 'fastify'
import { runEmbeddedEdge, testEdgeOf, type EmbeddedEdge } from '../../tests/edge/support/test-edge.ts'
import { launchBrowserTrusting } from '../../tests/support/browser.ts'
import { freePort } from '../../tests/support/mariadb.ts'
import { authorizeUrl, parameters } from '../testing/authorize-url.ts'
import { asha, createSignInFixture, type SignInFixture } from '../testing/sign-in-fixture.ts'

const {
  EDGE_SECRET: [EDGE_SECRET],
  PROVISION_KEY,
} = readKongConfig({}).settings
const verifier = randomBytes(32).toString('base64url')
const code_challenge = createHash('sha256').update(verifier).digest('base64url')

let folder: string
let edge: EmbeddedEdge
let web: SignInFixture
let app: FastifyInstance
let webUrl: string
let browser: Browser

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'movieverse-web-edge-'))
  web = await createSignInFixture('sqlite')
  const port = await freePort()
  edge = await runEmbeddedEdge({ folder, upstreams: { web: [`127.0.0.1:${port}`] } })
  app = await web.build({
    EDGE_TLS_URL: edge.addresses.tlsUrl,
    EDGE_CA_FILE: join(folder, 'edge.crt'),
    EDGE_SECRET,
    PROVISION_KEY,
  })
  webUrl = await app.listen({ host: '127.0.0.1', port })
  browser = await launchBrowserTrusting(edge.ca)
})
afterAll(async () => {
  await browser.close()
  await app.close()
  await edge.command[Symbol.asyncDispose]()
  await web[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})
beforeEach(() => web.reset())

/** A page without scripts; the app's address, where nothing listens, answers all the same. */
async function openPage(): Promise<Page> {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    locale: 'en-IN',
    baseURL: edge.addresses.tlsUrl,
  })
  await context.route(`${parameters.redirect_uri}**`, (route) => route.fulfill({ body: 'the app' }))
  return context.newPage()
}

async function signInFor(page: Page): Promise<void> {
  await page.goto(authorizeUrl({ code_challenge }))
  await page.getByLabel('E-mail address').fill(asha.email)
  await page.getByLabel('Password').fill(asha.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Let Example single-page app in?' }).waitFor()
}

test('a code from the consent page buys a token at the edge, without a script in the browser', async () => {
  const page = await openPage()
  await signInFor(page)
  await page.getByRole('button', { name: 'Allow', exact: true }).click()
  await page.waitForURL(`${parameters.redirect_uri}?**`)
  const { searchParams } = new URL(page.url())
  expect(searchParams.get('state')).toBe(parameters.state)
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: parameters.client_id,
    redirect_uri: parameters.redirect_uri,
    code: searchParams.get('code') ?? '',
    code_verifier: verifier,
  }).toString()
  const form = ['Content-Type', 'application/x-www-form-urlencoded'] as const
  const answer = await testEdgeOf(edge).sendTls({ method: 'POST', path: '/oauth2/token', headers: [form], body })
  expect(answer.json()).toMatchObject({ token_type: 'bearer', refresh_token: expect.any(String) })

  const cookies = await page.context().cookies()
  expect(cookies.map(({ name, secure, httpOnly }) => [name, secure, httpOnly]).toSorted()).toEqual([
    ['__Host-movieverse-form', true, true],
    ['__Host-movieverse-session', true, true],
  ])
})

test('the pages come through the edge with their guards', async () => {
  const page = await openPage()
  const answer = await page.goto('/sign-in')
  const headers = answer?.headers() ?? {}
  expect(headers['content-security-policy']).toContain("default-src 'none'; style-src 'self'")
  expect(headers['x-frame-options']).toBe('DENY')
  expect(headers['cache-control']).toBe('no-store')
})

test('while the edge cannot be asked the page says so, and the app is let in when it can again', async () => {
  const page = await openPage()
  // Straight to the web server, since the edge will be gone.
  await page.goto(webUrl + authorizeUrl({ code_challenge }))
  await page.getByLabel('E-mail address').fill(asha.email)
  await page.getByLabel('Password').fill(asha.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await edge.command[Symbol.asyncDispose]()
  await page.getByRole('button', { name: 'Allow', exact: true }).click()
  await page.getByRole('heading', { name: 'Sign-in is out of reach' }).waitFor()
  const httpsPort = Number(new URL(edge.addresses.tlsUrl).port)
  edge = await runEmbeddedEdge({ folder, upstreams: {}, httpsPort })
  await page.goBack()
  await page.getByRole('button', { name: 'Allow', exact: true }).click()
  await page.waitForURL(`${parameters.redirect_uri}?**`)
  expect(new URL(page.url()).searchParams.get('code')).toMatch(/^\w{32}$/)
})
