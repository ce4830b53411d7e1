import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createTestDatabase, dialects } from '../../tests/support/databases.ts'
import { describe, expect, test } from 'vitest'
import { describeError } from './command.ts'
import { completedMigrations, migrate, rollback } from './migrations.ts'

const support = fileURLToPath(new URL('../../migrations/support/tables.ts', import.meta.url))
const program = fileURLToPath(new URL('testing/migrate-folder.ts', import.meta.url))

/** A folder with migrations, removed when it is disposed of. */
async function folderWith(migrations: Record<string, string>) {
  const path = await mkdtemp(join(tmpdir(), 'movieverse-migrations-'))
  const write = async (name: string, body: string): Promise<void> => {
    const head = `import { createTables, dropTables } from ${JSON.stringify(support)}\n`
    await writeFile(join(path, `${name}.ts`), head + body)
  }
  for (const [name, body] of Object.entries(migrations)) await write(name, body)
  return { path, write, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** A migration that makes two tables and, between them, runs some code. */
const twoTables = (first: string, second: string, between = ''): string => `
export async function up(db) {
  await createTables(db, ['${first}', '${second}'], {
    ${first}: (table) => { table.increments('id') },
    ${second}: (table) => { ${between}; table.increments('id') },
  })
}
export async function down(db) { await dropTables(db, ['${first}', '${second}']) }
`

/** Migrates in a process of its own, killed when it is disposed of: a migration here may never end by itself. */
function start(url: string, folder: string) {
  const child = spawn(process.execPath, [program, url, folder], { stdio: ['ignore', 'pipe', 'pipe'] })
  const answer = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
    ([[code], out, err]) => ({ code: code as number | null, out, err }),
  )
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await answer
  }
  return { answer, kill, saidSomething: once(child.stderr, 'data'), [Symbol.asyncDispose]: kill }
}

describe.each(dialects())('migrations on %s', (dialect) => {
  test('a process that was killed in the middle of a migration leaves nothing that stops the next one', async () => {
    await using folder = await folderWith({
      '01_first': twoTables('a', 'b'),
      '02_second': twoTables('c', 'd', "console.error('half-way'); while (true) {}"),
    })
    await using database = await createTestDatabase(dialect)
    await using first = start(database.url, folder.path)
    await first.saidSomething
    await first.kill()
    await folder.write('02_second', twoTables('c', 'd'))
    const { code, out, err } = await start(database.url, folder.path).answer
    expect(err).toBe('')
    expect(code).toBe(0)
    // SQLite takes back the whole run, MySQL keeps what was finished.
    expect(JSON.parse(out)).toEqual(dialect === 'sqlite' ? ['01_first.ts', '02_second.ts'] : ['02_second.ts'])
    expect(await completedMigrations(database.db)).toEqual(['01_first.ts', '02_second.ts'])
    for (const table of ['a', 'b', 'c', 'd']) expect(await database.db.schema.hasTable(table)).toBe(true)
  })

  test('of four processes that migrate at once one does, and none fails', async () => {
    await using folder = await folderWith({ '01_first': twoTables('a', 'b'), '02_second': twoTables('c', 'd') })
    await using database = await createTestDatabase(dialect)
    const answers = await Promise.all([1, 2, 3, 4].map(() => start(database.url, folder.path).answer))
    expect(answers.map(({ code, err }) => [code, err])).toEqual(Array.from({ length: 4 }, () => [0, '']))
    const ran = answers.map(({ out }) => JSON.parse(out).length).toSorted()
    expect(ran).toEqual([0, 0, 0, 2])
  })

  test('a failing migration ends the process with one line that names it and its cause, and can be run again', async () => {
    await using folder = await folderWith({ '01_first': twoTables('a', 'b', "throw new Error('no such luck')") })
    await using database = await createTestDatabase(dialect)
    const { code, out, err } = await start(database.url, folder.path).answer
    expect({ code, out, err }).toEqual({
      code: 1,
      out: '',
      err: 'migrate: migration 01_first.ts failed (up): no such luck\n',
    })
    await folder.write('01_first', twoTables('a', 'b'))
    expect((await start(database.url, folder.path).answer).code).toBe(0)
  })

  test('a half-made table that holds rows is never thrown away', async () => {
    await using folder = await folderWith({ '01_first': twoTables('a', 'b') })
    await using database = await createTestDatabase(dialect)
    await database.db.schema.createTable('a', (table) => void table.increments('id'))
    await database.db('a').insert({ id: 1 })
    const error = await migrate(database.db, { directory: folder.path }).catch(describeError)
    expect(error).toMatch(/^migration 01_first.ts failed \(up\): table a exists and holds rows/)
    expect(await database.db('a').first()).toEqual({ id: 1 })
  })

  test('who waits too long for another migrator gives up with a clear error', async () => {
    await using folder = await folderWith({ '01_first': twoTables('a', 'b', "console.error('busy'); while (true) {}") })
    await using database = await createTestDatabase(dialect)
    await using busy = start(database.url, folder.path)
    await busy.saidSomething
    const error = await migrate(database.db, { directory: folder.path, lockWaitMs: 1000 }).catch(describeError)
    expect(error).toBe('another process has been migrating this database for more than 1 s')
  })

  test('a database that is newer than the code is left alone', async () => {
    await using folder = await folderWith({ '01_first': twoTables('a', 'b'), '02_second': twoTables('c', 'd') })
    await using database = await createTestDatabase(dialect)
    await migrate(database.db, { directory: folder.path })
    await rm(join(folder.path, '02_second.ts'))
    await expect(migrate(database.db, { directory: folder.path })).rejects.toThrow('02_second.ts')
  })

  test('rolling back takes the last batch, or all', async () => {
    await using folder = await folderWith({ '01_first': twoTables('a', 'b') })
    await using database = await createTestDatabase(dialect)
    await migrate(database.db, { directory: folder.path })
    await folder.write('02_second', twoTables('c', 'd'))
    await migrate(database.db, { directory: folder.path })
    expect(await rollback(database.db, false, { directory: folder.path })).toEqual(['02_second.ts'])
    await migrate(database.db, { directory: folder.path })
    expect(await rollback(database.db, true, { directory: folder.path })).toEqual(['02_second.ts', '01_first.ts'])
    expect(await completedMigrations(database.db)).toEqual([])
  })
})
