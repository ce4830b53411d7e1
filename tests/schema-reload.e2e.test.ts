import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { composeSupergraph } from '../supergraph/composition/compose-supergraph.ts'
import { startHttpSubgraph } from '../supergraph/fixtures/http-subgraph.ts'
import { createLocalSubgraph } from '../supergraph/fixtures/local-subgraph.ts'
import { runCommand } from './support/command.ts'
import { ask } from './support/graphql.ts'
import { freePort } from './support/mariadb.ts'

const folder = mkdtempSync(join(tmpdir(), 'movieverse-schema-'))
afterAll(() => rmSync(folder, { recursive: true }))

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])'

test('a running supergraph that gets SIGHUP has the service that its schema file has got, and is the same process', async () => {
  const sdls = {
    films: `${link} type Query { films: [Film!] } type Film @key(fields: "id") { id: ID! }`,
    plays: `${link} type Film @key(fields: "id") { id: ID! plays: Int }`,
  }
  await using films = await startHttpSubgraph(
    createLocalSubgraph('films', sdls.films, { Query: { films: () => [{ id: '3' }] } }),
  )
  await using plays = await startHttpSubgraph(
    createLocalSubgraph('plays', sdls.plays, { Film: { plays: ({ id }) => Number(id) * 7 } }),
  )
  const file = join(folder, 'supergraph.graphql')
  const compose = (...services: ReadonlyArray<typeof films>): void => {
    const definitions = services.map(({ name, url }) => ({ name, url, sdl: sdls[name as keyof typeof sdls] }))
    writeFileSync(file, composeSupergraph(definitions).supergraphSdl)
  }
  compose(films)
  const port = await freePort()
  await using supergraph = runCommand(['supergraph/main.ts'], {
    PORT: String(port),
    SUPERGRAPH_SDL_FILE: file,
    SUPERGRAPH_SDL_POLL_MS: '0',
  })
  await supergraph.printed('Server listening')
  const url = `http://127.0.0.1:${port}/graphql`
  const query = '{ films { id plays } }'
  expect((await ask(url, query)).errors?.[0]?.message).toContain('plays')
  compose(films, plays)
  supergraph.signal('SIGHUP')
  await supergraph.printed('composed schema replaced')
  expect(await ask(url, query)).toMatchObject({ data: { films: [{ id: '3', plays: 21 }] } })
  writeFileSync(file, 'type Query {')
  supergraph.signal('SIGHUP')
  await supergraph.printed('composed schema not replaced')
  expect(await ask(url, query)).toMatchObject({ data: { films: [{ id: '3', plays: 21 }] } })
  expect(supergraph.output()).not.toMatch(/uncaught|unhandled/iu)
})
