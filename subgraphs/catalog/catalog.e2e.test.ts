import { describe, expect, test } from 'vitest'
import { createTestDatabase, dialects } from '../../tests/support/databases.ts'
import { askAcrossSigterm } from '../../tests/support/mid-request.ts'
import { writeSmallCatalogue } from '../../tests/support/small-catalogue.ts'

describe.each(dialects())('the catalogue process on %s', (dialect) => {
  test('SIGTERM in mid-request still answers, then the process exits with 0', async () => {
    await using database = await createTestDatabase(dialect)
    await writeSmallCatalogue(database.db)
    const environment = { DATABASE_URL: database.url }
    const query = '{ movie(imdbId: "tt9000006") { label } }'
    const { status, body, exitCode } = await askAcrossSigterm('subgraphs/catalog/main.ts', environment, query)
    expect([status, exitCode]).toEqual([200, 0])
    expect(JSON.parse(body)).toEqual({ data: { movie: { label: 'Germany-Der müde Tod' } } })
  })
})
