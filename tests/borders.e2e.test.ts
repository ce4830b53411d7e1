import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './support/command.ts'

/** What the lint says of a file of that name and text, in a tree that holds nothing else. */
function lint(path: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'movieverse-lint-'))
  try {
    cpSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), text)
    const lint = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['.'], { cwd: folder, encoding: 'utf8' })
    return lint.stdout + lint.stderr
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const use = 'console.log(used)\n'

test.each([
  ['subgraphs/region/movies/movies.resolvers.ts', 'knex', 'only repositories speak SQL'],
  ['packages/movies-graphql/movie.loaders.ts', 'knex', 'only repositories speak SQL'],
  ['subgraphs/region/movies/movies.resolvers.ts', '../../catalog/people/people.resolvers.ts', 'never imports another'],
  ['subgraphs/catalog/app.ts', '../region/app.ts', 'never imports another'],
  ['subgraphs/recommendations/app.ts', '../viewers/context.ts', 'never imports another'],
  ['supergraph/app.ts', '../subgraphs/region/app.ts', 'never imports another'],
  ['packages/viewers/viewers.repository.ts', 'graphql', 'neither GraphQL nor HTTP'],
  ['packages/titles/titles.repository.ts', 'graphql', 'neither GraphQL nor HTTP'],
  ['packages/titles/titles.repository.ts', '../../subgraphs/region/app.ts', 'never the other way round'],
  ['packages/service/server.ts', '../../supergraph/app.ts', 'never the other way round'],
])('%s may not import %s', (path, module, reason) => {
  expect(lint(path, `import { used } from '${module}'\n${use}`)).toContain(reason)
})

test('what may be imported is not refused', () => {
  const text = `import { used } from '@movieverse/titles/titles.repository.ts'\n${use}`
  expect(lint('subgraphs/region/movies/movies.resolvers.ts', text)).not.toContain('no-restricted-imports')
})
