import { migrate, rollback } from '@movieverse/service/migrations.ts'
import type { Knex } from 'knex'
import { describe, expect, test } from 'vitest'
import { createTestDatabase, dialects } from '../../../tests/support/databases.ts'
import type { AccessToken, AuthorizationCode } from './token-rows.ts'
import { TokenStore } from './token-store.ts'

const start = Date.UTC(2026, 10, 23, 9)
const hour = 3_600_000
const text = (letter: string): string => letter.repeat(32)

const grant = { credential_id: 'client', service_id: null, scope: 'viewer:read', authenticated_user_id: 'user-1' }
const token: AccessToken = { ...grant, expires_at: start + hour }
const code: AuthorizationCode = { ...grant, challenge: 'challenge' }
const codeEnd = start + 300_000
const refreshUntil = start + 24 * hour

interface Bench extends AsyncDisposable {
  readonly store: TokenStore
  readonly db: Knex
  readonly clock: { now: number }
  readonly warnings: string[]
  /** A second process on the same database. */
  another(): TokenStore
}

async function openStore(dialect: 'sqlite' | 'mysql'): Promise<Bench> {
  const database = await createTestDatabase(dialect)
  await migrate(database.db, { set: 'edge' })
  const clock = { now: start }
  const warnings: string[] = []
  const another = (): TokenStore =>
    new TokenStore(database.db, { now: () => clock.now, warn: (problem) => warnings.push(problem) })
  return {
    store: another(),
    db: database.db,
    clock,
    warnings,
    another,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

describe.each(dialects())('the token store on %s', (dialect) => {
  test('a token, its refresh token and a code are found again as they were saved, by another process too', async () => {
    await using bench = await openStore(dialect)
    await bench.store.saveToken({ access: text('a'), refresh: text('r'), refreshUntil }, token)
    await bench.store.saveCode(text('c'), code, codeEnd)
    for (const store of [bench.store, bench.another()]) {
      expect(await store.findToken(text('a'))).toEqual(token)
      expect(await store.findRefreshToken(text('r'))).toEqual(grant)
      expect(await store.findCode(text('c'))).toEqual(code)
    }
  })

  test('nothing in the tables opens anything: tokens and codes stand there as hashes', async () => {
    await using bench = await openStore(dialect)
    await bench.store.saveToken({ access: text('a'), refresh: text('r'), refreshUntil }, token)
    await bench.store.saveCode(text('c'), code, codeEnd)
    const rows = JSON.stringify([await bench.db('edge_tokens'), await bench.db('edge_codes')])
    expect(rows).not.toMatch(/aaaa|rrrr|cccc/)
    const [row] = await bench.db('edge_tokens')
    expect(await bench.store.findToken(row.access_hash)).toBeUndefined()
  })

  test('a second look at a token costs no statement', async () => {
    await using bench = await openStore(dialect)
    await bench.store.saveToken({ access: text('a'), refresh: text('r'), refreshUntil }, token)
    await bench.store.findToken(text('a'))
    let statements = 0
    bench.db.on('query', () => statements++)
    expect(bench.store.findToken(text('a'))).toEqual(token)
    expect(bench.store.findToken('no-token')).toBeUndefined()
    expect(statements).toBe(0)
  })

  test('a code can be taken once, however many take it at the same time', async () => {
    await using bench = await openStore(dialect)
    await bench.store.saveCode(text('c'), code, codeEnd)
    const taken = await Promise.all(Array.from({ length: 8 }, () => bench.store.takeCode(text('c'))))
    expect(taken.filter(Boolean)).toHaveLength(1)
    expect(await bench.store.findCode(text('c'))).toBeUndefined()
  })

  test('of several rotations of one refresh token one succeeds, and both old tokens are dead at once', async () => {
    await using bench = await openStore(dialect)
    await bench.store.saveToken({ access: text('a'), refresh: text('r'), refreshUntil }, token)
    await bench.store.findToken(text('a'))
    const results = await Promise.all(
      ['b', 'd', 'e'].map((letter) =>
        bench.store.rotate(
          text('r'),
          { access: text(letter), refresh: text(letter.toUpperCase()), refreshUntil },
          token,
        ),
      ),
    )
    expect(results.filter(Boolean)).toHaveLength(1)
    expect(await bench.store.findToken(text('a'))).toBeUndefined()
    expect(await bench.store.findRefreshToken(text('r'))).toBeUndefined()
    const winner = ['b', 'd', 'e'][results.indexOf(true)] ?? ''
    expect(await bench.store.findToken(text(winner))).toEqual(token)
    expect(await bench.db('edge_tokens')).toHaveLength(1)
  })

  test('a kept refresh token gets a new access token', async () => {
    await using bench = await openStore(dialect)
    await bench.store.saveToken({ access: text('a'), refresh: text('r'), refreshUntil }, token)
    expect(await bench.store.rotate(text('r'), { access: text('b'), refresh: text('r'), refreshUntil }, token)).toBe(
      true,
    )
    expect(await bench.store.findToken(text('a'))).toBeUndefined()
    expect(await bench.store.findRefreshToken(text('r'))).toEqual(grant)
  })

  test('what has expired is not found, remembered or not, and is deleted at the next start', async () => {
    await using bench = await openStore(dialect)
    await bench.store.saveToken({ access: text('a'), refresh: undefined, refreshUntil }, token)
    await bench.store.saveToken({ access: text('b'), refresh: text('r'), refreshUntil }, token)
    await bench.store.saveToken({ access: text('f'), refresh: undefined, refreshUntil }, { ...token, expires_at: null })
    await bench.store.saveCode(text('c'), code, codeEnd)
    await bench.store.findToken(text('a'))
    bench.clock.now = start + hour + 1
    expect(await bench.store.findToken(text('a'))).toBeUndefined()
    expect(await bench.store.findCode(text('c'))).toBeUndefined()
    expect(await bench.store.findRefreshToken(text('r'))).toEqual(grant)
    expect(await bench.store.purge()).toBe(2)
    bench.clock.now = start + 25 * hour
    expect(await bench.store.findRefreshToken(text('r'))).toBeUndefined()
    expect(await bench.store.purge()).toBe(1)
    expect(await bench.store.findToken(text('f'))).toBeDefined()
    expect(bench.warnings).toEqual([])
  })

  test('the migration can be taken back', async () => {
    await using bench = await openStore(dialect)
    await rollback(bench.db, true, { set: 'edge' })
    expect(await bench.db.schema.hasTable('edge_tokens')).toBe(false)
  })
})
