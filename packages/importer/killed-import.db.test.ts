import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '@movieverse/service/migrations.ts'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../tests/support/command.ts'
import { createTestDatabase, dialects } from '../../tests/support/databases.ts'
import { writeImdbCsv } from '../../tests/support/imdb-csv-generator.ts'
import { imdbCsv } from './layouts/imdb-csv/layout.ts'
import { runImport } from './run-import.ts'

describe.each(dialects())('an import that is killed on %s', (dialect) => {
  test('goes on where it was and ends as if nothing had happened', async () => {
    await using database = await createTestDatabase(dialect)
    await migrate(database.db)
    const folder = await mkdtemp(join(tmpdir(), 'movieverse-imdb-'))
    const figures = await writeImdbCsv(folder, 3000)
    const args = ['scripts/db/import.ts', 'imdb-csv', folder]
    await using first = runCommand(args, { DATABASE_URL: database.url })
    await first.printed('titles 25 %')
    first.signal('SIGKILL')
    await first.ended
    const reached = await titleCountOf(database)
    expect(reached).toBeGreaterThan(0)
    expect(reached).toBeLessThan(figures.titles)

    const report = await runImport(database.db, imdbCsv, folder)
    expect(report.resumedAfter).toBe(figures.people + reached)
    expect(report.titles, 'counts of both runs').toEqual({ inserted: figures.titles, updated: 0, unchanged: 0 })
    expect(await titleCountOf(database)).toBe(figures.titles)
    expect(await runImport(database.db, imdbCsv, folder)).toMatchObject({ changes: 0, resumedAfter: 0 })
    expect(await database.db('import_runs').pluck('state')).toEqual(['DONE', 'DONE'])
    await rm(folder, { recursive: true })
  })
})

async function titleCountOf({ db }: Awaited<ReturnType<typeof createTestDatabase>>): Promise<number> {
  return Number((await db('titles').count('* as n').first())?.n)
}
