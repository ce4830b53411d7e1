import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Dialect } from '@movieverse/service/dialect.ts'
import { migrate } from '@movieverse/service/migrations.ts'
import type { Knex } from 'knex'
import { createTestDatabase } from '../../tests/support/databases.ts'
import { createEdgeConnections } from '../http/edge-connections.ts'
import { createEdgeApi, type EdgeApi } from '../site/api/edge-api.ts'
import { createEdgeTokens } from '../site/session/edge-tokens.ts'
import { createSeal } from '../site/session/sealed.ts'
import { createSiteTokensRepository } from '../site/session/site-tokens.repository.ts'
import { createSiteTokens, type SiteTokens } from '../site/session/site-tokens.ts'
import { startStandingKong, type StandingKong } from './standing-kong.ts'

/** The website's tokens and its way to the API, in a database and beside what stands for Kong. */
export interface TokensFixture extends AsyncDisposable {
  readonly db: Knex
  readonly kong: StandingKong
  readonly api: EdgeApi
  readonly tokens: SiteTokens
  /** A session that has `access-1` and `refresh-1`, which are good for an hour. */
  readonly session: string
  /** The tokens as another process of the website has them. */
  anotherProcess(): SiteTokens
  /** So many minutes pass. */
  later(minutes: number): void
}

export async function createTokensFixture(dialect: Dialect): Promise<TokensFixture> {
  const database = await createTestDatabase(dialect)
  const { db } = database
  await migrate(db, { set: 'web' })
  const session = await beginSession(db)
  const kong = await startStandingKong('the-provision-key')
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-tokens-'))
  await writeFile(join(folder, 'kong.crt'), kong.certificate)
  const connections = createEdgeConnections(join(folder, 'kong.crt'), { timeoutMs: 5000, maxAnswerBytes: 65_536 })
  const edge = createEdgeTokens({ connections, edgeUrl: kong.url, clientSecret: 'the-client-secret' })
  let time = new Date('2026-01-01T00:00:00Z')
  const [repository, seal] = [createSiteTokensRepository(db), createSeal('secret', 'site tokens')]
  const anotherProcess = (): SiteTokens => createSiteTokens({ edge, repository, seal, now: () => time })
  const tokens = anotherProcess()
  const pair = await edge.fromCode('a-code', 'a-verifier', 'https://localhost:8443/callback')
  if (!pair) throw new Error('no tokens for a code')
  await tokens.begin(session, pair)
  return {
    db,
    kong,
    api: createEdgeApi(connections, kong.url),
    tokens,
    session,
    anotherProcess,
    later: (minutes) => void (time = new Date(time.getTime() + minutes * 60_000)),
    async [Symbol.asyncDispose]() {
      await connections.close()
      await kong[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

/** Writes an account that is signed in; answers what its session is called. */
async function beginSession(db: Knex): Promise<string> {
  const now = '2026-01-01 00:00:00.000'
  const asha = { id: 'asha', email: 'a@example.com', name: 'A', password_hash: 'x', created_at: now, updated_at: now }
  await db('accounts').insert(asha)
  const session = 'a'.repeat(64)
  await db('sessions').insert({ token_hash: session, account_id: 'asha', created_at: now, last_seen_at: now })
  return session
}
