import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '@movieverse/service/migrations.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '../../tests/support/command.ts'
import { createTestDatabase, dialects, type TestDatabase } from '../../tests/support/databases.ts'
import { writeImdbCsv } from '../../tests/support/imdb-csv-generator.ts'

describe.each(dialects())('catalogue commands on %s', (dialect) => {
  let database: TestDatabase
  let folder: string
  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await migrate(database.db)
    folder = await mkdtemp(join(tmpdir(), 'movieverse-imdb-'))
    await writeImdbCsv(folder, 40)
  })
  afterAll(async () => {
    await database[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  async function run(script: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
    await using command = runCommand([`scripts/db/${script}.ts`, ...args], { DATABASE_URL: database.url })
    const code = await command.ended
    return { code, output: command.output() }
  }

  test('db:seed, db:import and availability:set say what they did', async () => {
    expect(await run('seed')).toMatchObject({ code: 0, output: expect.stringMatching(/\d+ titles added/) })
    expect(await run('import', 'imdb-csv', folder)).toMatchObject({
      code: 0,
      output: expect.stringContaining('titles: 40 inserted'),
    })
    const offer = [
      '--title',
      'tt0192669',
      '--region',
      'uk',
      '--offer',
      'RENT',
      '--price-minor',
      '499',
      '--currency',
      'GBP',
    ]
    expect(await run('availability-set', ...offer)).toEqual({
      code: 0,
      output: 'Teenage Space Vampires in GB: RENT added\n',
    })
    expect(await run('availability-set', ...offer)).toMatchObject({
      code: 0,
      output: expect.stringContaining('is there as it is'),
    })
  })

  test('db:import --json prints its report or its refusal as one JSON line', async () => {
    const broken = join(folder, 'broken')
    await writeImdbCsv(broken, 24)
    await writeFile(join(broken, 'genres.csv'), 'movie_id,genre\ntt5000000,Polka\n')
    const { code, output } = await run('import', 'imdb-csv', broken, '--json')
    const json = output.split('\n').find((line) => line.startsWith('{'))
    expect(code).toBe(1)
    expect(JSON.parse(json ?? '')).toMatchObject({
      error: { code: 'TOO_MANY_REJECTS', rejects: [{ file: 'genres.csv', line: 2, field: 'genre' }] },
    })
    expect(await run('import', 'imdb-csv', folder, '--json', '--dry-run')).toMatchObject({
      code: 0,
      output: expect.stringContaining('"isDryRun":true'),
    })
  })

  test.each([
    ['import', ['imdb-csv'], /use: pnpm db:import/],
    ['import', ['nope', 'x'], /no layout "nope"/],
    ['import', ['imdb-csv', 'x', '--allow-rejects', 'some'], /whole number/],
    ['import', ['imdb-csv', 'x', '--fast'], /--fast/],
    ['availability-set', ['--title', 'tt0192669'], /use: pnpm availability:set/],
    ['availability-set', ['--title', 'tt0192669', '--region', 'ZZ', '--policy', 'off'], /no region "ZZ"/],
    ['availability-set', ['--title', 'tt0192669', '--region', 'IN', '--offer', 'LOAN'], /--offer takes/],
    [
      'availability-set',
      ['--title', 'tt0192669', '--region', 'IN', '--offer', 'BUY', '--price-minor', '5'],
      /go together/,
    ],
    [
      'availability-set',
      ['--title', 'tt0192669', '--region', 'IN', '--offer', 'BUY', '--from', '2026-02-30'],
      /takes a date/,
    ],
  ])('%s %j is a wrong command line', async (script, args, says) => {
    expect(await run(script, ...args)).toEqual({ code: 2, output: expect.stringMatching(says) })
  })

  test('an unknown title and a missing folder are refused with exit code 1', async () => {
    const policy = ['--title', 'tt7777777', '--region', 'IN', '--policy', 'off']
    expect(await run('availability-set', ...policy)).toEqual({
      code: 1,
      output: expect.stringContaining('no title has the id'),
    })
    expect(await run('import', 'imdb-csv', join(folder, 'nowhere'))).toEqual({
      code: 1,
      output: expect.stringContaining('FILE_UNREADABLE'),
    })
  })
})
