import { describe, expect, test } from 'vitest'
import { runCommand } from '../../tests/support/command.ts'
import { createTestDatabase, dialects } from '../../tests/support/databases.ts'
import { askAcrossSigterm } from '../../tests/support/mid-request.ts'
import { writeSmallCatalogue } from '../../tests/support/small-catalogue.ts'

describe.each(dialects())('a region process on %s', (dialect) => {
  test('SIGTERM in mid-request still answers, then the process exits with 0', async () => {
    await using database = await createTestDatabase(dialect)
    await writeSmallCatalogue(database.db)
    const environment = { REGION: 'UK', DATABASE_URL: database.url }
    const query = '{ region { region { code } movies { nodes { label } } } }'
    const { status, body, exitCode } = await askAcrossSigterm('subgraphs/region/main.ts', environment, query)
    expect([status, exitCode]).toEqual([200, 0])
    expect(JSON.parse(body)).toEqual({
      data: {
        region: {
          region: { code: 'GB' },
          movies: {
            nodes: [
              { label: 'UK-A Matter of Life and Death' },
              { label: 'UK, India, USA-Gandhi' },
              { label: 'UK, India-Slumdog Millionaire' },
            ],
          },
        },
      },
    })
  })
})

test('a region that is not on the list is refused with the list', async () => {
  await using service = runCommand(['subgraphs/region/main.ts'], { REGION: 'XX', PORT: 'many' })
  expect(await service.ended).toBe(2)
  expect(service.output()).toContain('REGION: must be one of IN, US, GB')
  expect(service.output()).not.toContain('    at ')
  expect(service.output()).toContain('PORT: ')
})
