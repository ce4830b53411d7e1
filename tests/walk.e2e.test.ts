import { beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from './support/command.ts'
import { dialects } from './support/databases.ts'
import { ask } from './support/graphql.ts'
import { copyOfCatalogue, importedCatalogue } from './support/imported-catalogue.ts'
import { freePort } from './support/mariadb.ts'

interface Page {
  edges: Array<{ node: { id: string; imdbId: string } }>
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string }
}

/** Every title of the catalogue, in pages of 100, as one walk through the API meets them. */
async function walk(url: string, direction: 'forwards' | 'backwards'): Promise<string[]> {
  const met: string[] = []
  const [size, cursorName] = direction === 'forwards' ? ['first', 'after'] : ['last', 'before']
  let cursor: string | null = null
  for (;;) {
    const query = `query ($cursor: String) { movies(${size}: 100, ${cursorName}: $cursor) {
      edges { node { imdbId } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`
    const answer: { data: { movies: Page } } = await ask<{ movies: Page }>(url, query, { variables: { cursor } })
    const { edges, pageInfo } = answer.data.movies
    met.push(...(direction === 'forwards' ? edges : edges.toReversed()).map(({ node }) => node.imdbId))
    if (!(direction === 'forwards' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return met
    cursor = direction === 'forwards' ? pageInfo.endCursor : pageInfo.startCursor
  }
}

/** restless-writer.ts gives its titles ids of ten digits. */
const isVisitor = (imdbId: string): boolean => imdbId.length === 12

describe.each(dialects())('while another process adds and removes titles on %s', (dialect) => {
  // The first that asks for the catalogue imports it.
  beforeAll(async () => (await importedCatalogue(dialect))[Symbol.asyncDispose](), 180_000)

  test.each(['forwards', 'backwards'] as const)('a walk %s meets every other title exactly once', async (direction) => {
    await using catalogue = await copyOfCatalogue(dialect)
    const port = await freePort()
    const environment = { DATABASE_URL: catalogue.url, PORT: String(port), LOG_LEVEL: 'info' }
    await using service = runCommand(['subgraphs/catalog/main.ts'], environment)
    await service.printed('listening')
    await using writer = runCommand(['tests/support/restless-writer.ts', catalogue.url])
    await writer.printed('writing')

    const met = await walk(`http://127.0.0.1:${port}/graphql`, direction)
    expect(new Set(met).size).toBe(met.length)
    const others = met.filter((imdbId) => !isVisitor(imdbId))
    expect(others).toHaveLength(catalogue.titleCount)
    expect(met.length).toBeGreaterThan(others.length)
  })
})
