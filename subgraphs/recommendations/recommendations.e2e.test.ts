import { describe, expect, test } from 'vitest'
import { createTestDatabase, dialects } from '../../tests/support/databases.ts'
import { askAcrossSigterm } from '../../tests/support/mid-request.ts'
import { writeSmallCatalogue } from '../../tests/support/small-catalogue.ts'

describe.each(dialects())('the recommendations process on %s', (dialect) => {
  test('SIGTERM in mid-request still answers, then the process exits with 0', async () => {
    await using database = await createTestDatabase(dialect)
    await writeSmallCatalogue(database.db)
    const environment = { DATABASE_URL: database.url }
    const query = '{ popular(region: IN, first: 1) { strategy totalCount nodes { reason } } }'
    const { status, body, exitCode } = await askAcrossSigterm('subgraphs/recommendations/main.ts', environment, query)
    expect([status, exitCode]).toEqual([200, 0])
    const popular = { strategy: 'POPULAR', totalCount: 3, nodes: [{ reason: 'Popular in India' }] }
    expect(JSON.parse(body)).toEqual({ data: { popular } })
  })
})
