import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Dialect } from '@movieverse/service/dialect.ts'
import { migrate } from '@movieverse/service/migrations.ts'
import type { FastifyInstance } from 'fastify'
import type { Knex } from 'knex'
import { createTestDatabase } from '../../tests/support/databases.ts'
import { buildWebApp } from '../app.ts'
import { readWebConfig } from '../config.ts'
import { createDemoAccounts } from '../sign-in/accounts/demo-accounts.ts'
import type { SignInOptions } from '../sign-in/register.ts'
import { createTestBrowser, type TestBrowser, type VisitedPage } from './browser.ts'
import { startStandingKong, type StandingKong } from './standing-kong.ts'

/** One of the demo accounts, as its owner types it. */
export const asha = { email: 'asha@example.com', password: 'development-password' }
export const ben = { ...asha, email: 'ben@example.com' }

export const provisionKey = 'the-provision-key'
export const startTime = new Date('2026-11-23T12:00:00.000Z')
export const minuteMs = 60_000
export const dayMs = 24 * 60 * minuteMs

/** The web server with its database, the demo accounts, and what stands for Kong. */
export interface SignInFixture extends AsyncDisposable {
  readonly app: FastifyInstance
  readonly db: Knex
  readonly kong: StandingKong
  /** The app's clock; it stands still until a test moves it. */
  clock: Date
  /** Another app on the same database, with other settings; the caller closes it. */
  build(settings?: Record<string, string>, options?: SignInOptions): Promise<FastifyInstance>
  /** Writes a certificate to a file and answers its path. */
  certificateFile(certificate: string): Promise<string>
  /** A browser at an address of its own, so that one test's failures do not slow the next. */
  browse(): TestBrowser
  signIn(browser: TestBrowser, who?: Record<string, string>): Promise<VisitedPage>
  /** A browser in which somebody is signed in. */
  signedIn(who?: Record<string, string>): Promise<TestBrowser>
  /** Takes everything back to the demo accounts alone. */
  reset(): Promise<void>
}

export async function createSignInFixture(dialect: Dialect): Promise<SignInFixture> {
  const database = await createTestDatabase(dialect)
  const { db } = database
  await migrate(db, { set: 'web' })
  await createDemoAccounts(db)
  const accounts = await db('accounts')
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-web-'))
  const kong = await startStandingKong(provisionKey)
  let files = 0
  let addresses = 0
  const certificateFile = async (certificate: string): Promise<string> => {
    const path = join(folder, `${++files}.pem`)
    await writeFile(path, certificate)
    return path
  }
  const trusted = await certificateFile(kong.certificate)
  const build: SignInFixture['build'] = (settings = {}, options = {}) =>
    buildWebApp(
      readWebConfig({
        WEB_DATABASE_URL: database.url,
        EDGE_TLS_URL: kong.url,
        EDGE_CA_FILE: trusted,
        PROVISION_KEY: provisionKey,
        EDGE_SECRET: 'the-edge-secret',
        LOG_LEVEL: 'silent',
        ...settings,
      }),
      { now: () => fixture.clock, ...options },
    )
  const fixture: Omit<SignInFixture, 'app'> = {
    db,
    kong,
    clock: startTime,
    build,
    certificateFile,
    browse: () => createTestBrowser(app, { address: `10.0.${addresses >> 8}.${++addresses & 255}` }),
    signIn: (browser, who = asha) => browser.submit('/sign-in', '/sign-in', who),
    async signedIn(who = asha) {
      const browser = fixture.browse()
      const { location, text } = await fixture.signIn(browser, who)
      if (location !== '/account') throw new Error(`not signed in: ${text}`)
      return browser
    },
    async reset() {
      fixture.clock = startTime
      kong.asked.length = 0
      for (const table of ['sign_in_attempts', 'accounts']) await db(table).delete()
      await db('accounts').insert(accounts)
    },
    async [Symbol.asyncDispose]() {
      await app.close()
      await kong[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
  const app = await build()
  return Object.assign(fixture, { app })
}
