import { existsSync } from 'node:fs'
import { regions } from '@movieverse/regions/regions.ts'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dialects } from '../../tests/support/databases.ts'
import { importedCatalogue, realFolder, type Catalogue } from '../../tests/support/imported-catalogue.ts'
import { askApp, type GraphqlAnswer } from '../../tests/support/subgraph-app.ts'
import { buildRegionApp } from './app.ts'
import { readRegionConfig } from './config.ts'

interface Page {
  region: {
    movies: {
      nodes: Array<{ id: string }>
      totalCount: number
      pageInfo: { hasNextPage: boolean; endCursor: string | null }
    }
  }
}

/** What the imported set holds, through the API of every region's own service. */
describe.each(dialects())('the catalogues of the imported set on %s', (dialect) => {
  let catalogue: Catalogue
  let services: FastifyInstance[]

  beforeAll(async () => {
    catalogue = await importedCatalogue(dialect)
    const settings = { DATABASE_URL: catalogue.url, LOG_LEVEL: 'silent' }
    services = await Promise.all(
      regions.map(({ code }) => buildRegionApp(readRegionConfig({ ...settings, REGION: code }))),
    )
  })
  afterAll(async () => {
    await Promise.all(services.map((service) => service.close()))
    await catalogue[Symbol.asyncDispose]()
  })

  const query = `query ($code: RegionCode, $after: String) { region(code: $code) { movies(first: 100, after: $after) {
    nodes { id } totalCount pageInfo { hasNextPage endCursor } } } }`

  async function walk(service: FastifyInstance, code?: string): Promise<{ ids: string[]; totalCount: number }> {
    const ids: string[] = []
    let after: string | null = null
    for (;;) {
      const answer: GraphqlAnswer<Page> = await askApp<Page>(service, query, { variables: { code, after } })
      if (answer.errors) throw new Error(JSON.stringify(answer.errors))
      const { nodes, totalCount, pageInfo } = answer.data.region.movies
      ids.push(...nodes.map(({ id }) => id))
      if (!pageInfo.hasNextPage) return { ids, totalCount }
      after = pageInfo.endCursor
    }
  }

  test.skipIf(!existsSync(realFolder))(
    'India has 1,068 titles, the USA 2,863, the UK 690; 4,394 stand in any, 216 in two or more, 11 in all three',
    async () => {
      const walks = await Promise.all(services.map((service) => walk(service)))
      const sizes = walks.map(({ ids }) => new Set(ids).size)
      expect(sizes).toEqual([1068, 2863, 690])
      expect(walks.map(({ ids }) => ids.length)).toEqual(sizes)
      expect(walks.map(({ totalCount }) => totalCount)).toEqual(sizes)
      const occurrences = new Map<string, number>()
      for (const id of walks.flatMap(({ ids }) => ids)) occurrences.set(id, (occurrences.get(id) ?? 0) + 1)
      const times = [...occurrences.values()]
      expect([times.length, times.filter((n) => n >= 2).length, times.filter((n) => n === 3).length]).toEqual([
        4394, 216, 11,
      ])
    },
  )

  test('each service answers for another region as that region does itself', async () => {
    const [india, usa, uk] = services
    if (!india || !usa || !uk) throw new Error('three services were built')
    expect(await walk(india, 'UK')).toEqual(await walk(uk))
    expect(await walk(usa, 'IN')).toEqual(await walk(india))
  })
})
