import { migrate } from '@movieverse/service/migrations.ts'
import { seedIfEmpty } from '@movieverse/titles/seeding.ts'
import { expect, test } from 'vitest'
import { createTestDatabase } from './support/databases.ts'
import { ask } from './support/graphql.ts'
import { startTestPlatform } from './support/platform.ts'

const supergraph = 'http://127.0.0.1:4000/graphql'

type Regions = Record<'india' | 'usa' | 'uk', { movies: { totalCount: number } } | null>

test('with one region service stopped the other regions still answer, with one coded error', async () => {
  await using database = await createTestDatabase('sqlite')
  await migrate(database.db)
  await seedIfEmpty(database.db)
  await using platform = await startTestPlatform(database.url)
  const query = `{
    india: region(code: IN) { movies(first: 5) { totalCount nodes { label directors { name } } } }
    usa: region(code: US) { movies(first: 5) { totalCount nodes { label directors { name } } } }
    uk: region(code: GB) { movies(first: 5) { totalCount nodes { label directors { name } } } } }`
  const whole = await ask<Regions>(supergraph, query)
  expect(whole.errors).toBeUndefined()

  await platform.children.find(({ name }) => name === 'india')?.stop(5000)
  const partial = await ask<Regions>(supergraph, query)
  expect(partial.status).toBe(200)
  expect(partial.data).toEqual({ ...whole.data, india: null })
  expect(partial.errors).toHaveLength(1)
  expect(partial.errors?.[0]).toMatchObject({
    path: ['india'],
    extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'india' },
  })
  expect(JSON.stringify(partial.errors)).not.toMatch(/127\.0\.0\.1|8050|ECONNREFUSED|\.ts/u)
})
