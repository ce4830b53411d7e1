import { toGlobalId } from '@movieverse/titles/global-id.ts'
import { describe, expect, test } from 'vitest'
import { createTestDatabase, dialects } from '../../tests/support/databases.ts'
import { askAcrossSigterm } from '../../tests/support/mid-request.ts'
import { writeSmallCatalogue } from '../../tests/support/small-catalogue.ts'
import { signedIn } from '../../tests/support/subgraph-app.ts'

describe.each(dialects())('the viewers’ process on %s', (dialect) => {
  test('SIGTERM in mid-request still writes and answers, then the process exits with 0', async () => {
    await using database = await createTestDatabase(dialect)
    await writeSmallCatalogue(database.db)
    const title = await database.db('titles').where({ imdb_id: 'tt9000004' }).first('id')
    const query = `mutation { rateMovie(input: { movieId: "${toGlobalId('Movie', title.id)}", stars: 4 }) { rating { stars } } }`
    const { status, body, exitCode } = await askAcrossSigterm(
      'subgraphs/viewers/main.ts',
      { DATABASE_URL: database.url },
      query,
      signedIn('asha'),
    )
    expect([status, exitCode]).toEqual([200, 0])
    expect(JSON.parse(body)).toEqual({ data: { rateMovie: { rating: { stars: 4 } } } })
    expect(await database.db('viewer_ratings')).toHaveLength(1)
  })
})
