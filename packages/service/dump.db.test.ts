import { copyFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Knex } from 'knex'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../tests/support/databases.ts'
import { dumpDatabase } from './dump.ts'
import { listTables } from './dump-tables.ts'
import { migrate, rollback } from './migrations.ts'
import { restoreDatabase } from './restore.ts'

const now = '2026-11-23 12:34:56.789'
const beforeUnix = '1921-10-06'
const titles = 700

/** Something in every table: many rows in one, and values that dialects store differently. */
async function fill(db: Knex): Promise<void> {
  await db('countries').insert({ code: 'SU', name: 'Soviet Union', standard: 'ISO 3166-3' })
  await db('languages').insert({ code: 'de', name: 'Deutsch' })
  await db('genres').insert({ code: 'sci-fi', name: 'Sci-Fi' })
  await db('regions').insert({ code: 'IN', slug: 'india', name: 'India', label: 'India', currency: 'INR' })
  await db('region_countries').insert({ region_code: 'IN', country_code: 'SU' })
  await db('people').insert({
    id: 7,
    imdb_id: null,
    name: 'Łódź \u2028 "quoted" \\ 🎬',
    sort_name: 'lodz',
    born_on: beforeUnix,
  })
  await db.batchInsert(
    'titles',
    Array.from({ length: titles }, (_, index) => ({
      id: index + 1,
      imdb_id: `tt${index}`,
      title: index === 0 ? 'Der müde Tod\n{"base64":1}' : `Film ${index}`,
      sort_title: `film ${index}`,
      release_year: index % 2 ? 1921 : null,
      gross_minor: index === 0 ? '9007199254740993' : 1_215_600,
      gross_currency: 'USD',
      average_rating: index % 3 ? 7.5 : 10,
      votes: 0,
      popularity: index,
      created_at: now,
      updated_at: now,
    })),
    50,
  )
  await db('title_countries').insert({ title_id: 1, country_code: 'SU', position: 0 })
  await db('title_languages').insert({ title_id: 1, language_code: 'de', position: 0 })
  await db('title_genres').insert({ title_id: 1, genre_code: 'sci-fi', position: 0 })
  await db('credits').insert({ title_id: 1, person_id: 7, role: 'DIRECTOR', position: 0 })
  const offer = { title_id: 1, region_code: 'IN', available_from: now, available_until: null }
  await db('availabilities').insert({
    ...offer,
    id: 3,
    source: 'OFFER',
    offer_key: 'x',
    offer_type: 'RENT',
    price_minor: 100,
    currency: 'INR',
    quality: 'HD',
    created_at: now,
    updated_at: now,
  })
  await db('availability_languages').insert({ availability_id: 3, track: 'AUDIO', language_code: 'de', position: 0 })
  await db('availability_overrides').insert({ title_id: 1, region_code: 'IN', created_at: now })
  await db('availability_changes').insert({ ...offer, id: 9, kind: 'ADDED', offer_type: 'RENT', changed_at: now })
  await db('title_listings').insert({
    scope: '*',
    title_id: 1,
    listed_from: now,
    listed_until: now,
    title_key: 'a',
    year_key: 1,
    rating_key: -2,
    votes_key: 0,
    popularity_key: 9_007_199_254_740_991,
    newest_key: 5,
  })
  await db('search_terms').insert({ term: 'müde', title_id: 1, popularity_key: 1 })
  await db('search_variants').insert({ variant: 'mde', term: 'müde' })
  await db('import_runs').insert({
    layout: 'imdb-csv',
    source_fingerprint: 'f'.repeat(64),
    state: 'DONE',
    checkpoint: null,
    report: '{"read":1}',
    started_at: now,
    updated_at: now,
  })
  await fillViewers(db)
  await fillModels(db)
}

/** Somebody who rated, watched, hid and wants to watch the one title. */
async function fillViewers(db: Knex): Promise<void> {
  await db('viewers').insert({ id: 5, user_id: 'asha', region_code: 'IN', created_at: now, updated_at: now })
  await db('viewer_languages').insert({ viewer_id: 5, language_code: 'de', position: 0 })
  await db('viewer_genres').insert({ viewer_id: 5, genre_code: 'sci-fi', position: 0 })
  await db('viewer_services').insert({ viewer_id: 5, service_code: 'netflix', position: 0 })
  const about = { viewer_id: 5, title_id: 1 }
  await db('viewer_ratings').insert({ ...about, half_stars: 9, rated_at: now })
  await db('watchlist_entries').insert({ ...about, added_at: now })
  await db('history_entries').insert({ ...about, progress_percent: 12.5, is_completed: false, watched_at: now })
  await db('hidden_titles').insert({ ...about, hidden_at: now })
  const key = { viewer_id: 5, idempotency_key: 'k', request_hash: 'a'.repeat(64), result: '{}' }
  await db('idempotency_keys').insert({ ...key, created_at: now, expires_at: now })
  await db('erased_viewers').insert({ user_hash: 'b'.repeat(64), erased_at: now, refused_until: now })
}

async function fillModels(db: Knex): Promise<void> {
  await db('model_versions').insert({ id: 3, state: 'READY', settings: '{"valuePower":0.5}', started_at: now })
  await db('model_weights').insert({ version_id: 3, title_id: 1, targets: 'AAAAPwAAgD8=' })
  await db('model_state').insert({ id: 1, active_version_id: 3, changed_at: now })
}

async function everyRow(db: Knex): Promise<Record<string, unknown[]>> {
  const tables = await listTables(db)
  const rows = await Promise.all(
    tables.map(({ name, columns, primaryKey }) =>
      db(name)
        .select([...columns])
        .orderBy([...primaryKey]),
    ),
  )
  return Object.fromEntries(tables.map(({ name }, index) => [name, rows[index] ?? []]))
}

async function migrated(dialect: 'sqlite' | 'mysql'): Promise<TestDatabase> {
  const database = await createTestDatabase(dialect)
  await migrate(database.db)
  return database
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'movieverse-dump-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe.each(dialects())('a dump of %s', (dialect) => {
  let source: TestDatabase
  let dump: string
  beforeAll(async () => {
    source = await migrated(dialect)
    await fill(source.db)
    dump = join(folder, `${dialect}.jsonl`)
    await dumpDatabase(source.db, dump)
  })
  afterAll(() => source[Symbol.asyncDispose]())

  test('brings every row of every table back after everything was dropped', async () => {
    await using database = await migrated(dialect)
    await fill(database.db)
    const before = await everyRow(database.db)
    for (const [table, rows] of Object.entries(before)) expect(rows.length, table).toBeGreaterThan(0)
    const path = join(folder, `${dialect}-dropped.jsonl.gz`)
    await dumpDatabase(database.db, path)
    await rollback(database.db, true)
    await migrate(database.db)
    await restoreDatabase(database.db, path)
    expect(await everyRow(database.db)).toEqual(before)
  })

  test.each(dialects())('restores into %s and gives the same file again', async (target) => {
    await using database = await migrated(target)
    const { tables } = await restoreDatabase(database.db, dump)
    expect(tables.find(({ name }) => name === 'titles')?.rows).toBe(titles)
    const again = join(folder, `${dialect}-${target}.jsonl`)
    await dumpDatabase(database.db, again)
    expect(await readFile(again, 'utf8')).toBe(await readFile(dump, 'utf8'))
  })

  test('holds one set of tables, and restores beside the others', async () => {
    await using database = await migrated(dialect)
    await migrate(database.db, { set: 'web' })
    await database.db('genres').insert({ code: 'drama', name: 'Drama' })
    const time = { created_at: now, updated_at: now }
    const account = { id: 'a', email: 'a@example.com', name: 'A', password_hash: 'x', ...time }
    await database.db('accounts').insert(account)
    const path = join(folder, `${dialect}-web.jsonl`)
    const { tables } = await dumpDatabase(database.db, path, 'web')
    expect(tables.map(({ name }) => name).toSorted()).toEqual([
      'accounts',
      'consents',
      'sessions',
      'sign_in_attempts',
      'site_tokens',
    ])
    await database.db('accounts').delete()
    await restoreDatabase(database.db, path, { set: 'web' })
    expect(await database.db('accounts')).toMatchObject([{ id: 'a', email: 'a@example.com' }])
    await expect(restoreDatabase(database.db, path)).rejects.toThrow('is of another schema version')
    expect((await dumpDatabase(database.db, path)).tables.map(({ name }) => name)).not.toContain('accounts')
  })

  test('is refused by a database that holds rows, unless they are to be replaced', async () => {
    await using database = await migrated(dialect)
    await database.db('genres').insert({ code: 'drama', name: 'Drama' })
    await expect(restoreDatabase(database.db, dump)).rejects.toThrow('the database holds rows (genres)')
    expect(await database.db('titles').first()).toBeUndefined()
    await restoreDatabase(database.db, dump, { replace: true })
    expect(await everyRow(database.db)).toEqual(await everyRow(source.db))
  })

  test('is refused by another schema version, and by a database that was never migrated', async () => {
    await using database = await migrated(dialect)
    const [last] = await database.db('knex_migrations').orderBy('id', 'desc')
    await database.db('knex_migrations').where({ id: last.id }).delete()
    await expect(restoreDatabase(database.db, dump)).rejects.toThrow(
      `is of another schema version: the database lacks ${last.name}`,
    )
    await using empty = await createTestDatabase(dialect)
    await expect(restoreDatabase(empty.db, dump)).rejects.toThrow('run pnpm db:migrate first')
    await expect(dumpDatabase(empty.db, join(folder, 'never'))).rejects.toThrow('there is nothing to dump')
  })

  test('leaves the database as it was when a row in the middle is refused', async () => {
    await using database = await migrated(dialect)
    await database.db('genres').insert({ code: 'drama', name: 'Drama' })
    const path = join(folder, `${dialect}-bad.jsonl`)
    const lines = (await readFile(dump, 'utf8')).trimEnd().split('\n').slice(0, -1)
    const bad = lines.map((line) => line.replace('"Film 600"', 'null'))
    const { createHash } = await import('node:crypto')
    const body = `${bad.join('\n')}\n`
    await writeFile(path, `${body}${JSON.stringify({ sha256: createHash('sha256').update(body).digest('hex') })}\n`)
    await expect(restoreDatabase(database.db, path, { replace: true })).rejects.toThrow(/null/i)
    expect(await database.db('genres').pluck('code')).toEqual(['drama'])
    expect(await database.db('titles').first()).toBeUndefined()
  })

  test('that is truncated or altered anywhere is refused before anything is written', async () => {
    await using database = await migrated(dialect)
    const whole = await readFile(dump, 'utf8')
    const lines = whole.trimEnd().split('\n')
    const damaged: Record<string, string | Buffer> = {
      'empty.jsonl': '',
      'half.jsonl': whole.slice(0, whole.length / 2),
      'no-trailer.jsonl': `${lines.slice(0, -1).join('\n')}\n`,
      'lost-row.jsonl': `${lines.toSpliced(5, 1).join('\n')}\n`,
      'more-rows.jsonl': `${lines.toSpliced(-1, 0, '[1]').join('\n')}\n`,
      'twice.jsonl': whole + whole,
      'letter.jsonl': whole.replace('Film 600', 'Film 60O'),
      'header.jsonl': whole.replace('"rows":700', '"rows":699'),
      'latin1.jsonl': Buffer.from(whole, 'latin1'),
      'other.jsonl': '{"hello":"world"}\n',
      'half.jsonl.gz': gzipSync(whole).subarray(0, 2000),
      'flipped.jsonl.gz': flip(gzipSync(whole)),
      'plain.jsonl.gz': whole,
    }
    for (const [name, content] of Object.entries(damaged)) {
      await writeFile(join(folder, name), content)
      const error = await restoreDatabase(database.db, join(folder, name)).catch((thrown: unknown) => thrown)
      expect(error, name).toHaveProperty('name', 'DumpError')
      expect(Object.values(await everyRow(database.db)).flat(), name).toEqual([])
    }
  })

  test('goes through the commands, which say what they did', async () => {
    await using database = await migrated(dialect)
    const path = join(folder, `${dialect}-command.jsonl.gz`)
    const run = (name: string, url: string, ...args: string[]) =>
      spawnSync(process.execPath, [fileURLToPath(new URL(`../../scripts/db/${name}.ts`, import.meta.url)), ...args], {
        encoding: 'utf8',
        env: { DATABASE_URL: url },
      })
    expect(run('dump', source.url, path)).toMatchObject({
      status: 0,
      stderr: '',
      stdout: `731 rows of 32 tables are in ${path}.\n`,
    })
    expect(gunzipSync(await readFile(path)).toString()).toBe(await readFile(dump, 'utf8'))
    expect(run('restore', database.url, path)).toMatchObject({
      status: 0,
      stderr: '',
      stdout: `731 rows of 32 tables are back from ${path}.\n`,
    })
    expect(run('restore', database.url, path)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^db:restore: the database holds rows .*--replace deletes them first\n$/),
    })
    expect(run('restore', database.url, path, '--replace').status).toBe(0)
    expect(run('restore', database.url, join(folder, 'nowhere.jsonl'))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('ENOENT'),
    })
    expect(run('dump', database.url)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('usage: pnpm db:dump'),
    })
    expect(run('dump', database.url, join(folder, 'no', 'folder')).status).toBe(1)
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
  })
})

test('a failed dump leaves an earlier one of the same name alone', async () => {
  await using database = await migrated('sqlite')
  const path = join(folder, 'kept.jsonl')
  await dumpDatabase(database.db, path)
  await copyFile(path, `${path}.copy`)
  await database.db.raw('pragma foreign_keys = off')
  await rollback(database.db, true)
  await expect(dumpDatabase(database.db, path)).rejects.toThrow('never migrated')
  expect(await readFile(path, 'utf8')).toBe(await readFile(`${path}.copy`, 'utf8'))
})

function flip(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  const middle = Math.floor(copy.length / 2)
  copy[middle] = (copy[middle] ?? 0) ^ 0xff
  return copy
}
