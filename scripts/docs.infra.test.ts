import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../tests/support/command.ts'
import manifest from '../package.json' with { type: 'json' }

const pages = ['docs/threat-model.md', 'docs/operations.md', 'infra/compose/README.md'] as const

/** Paths of a page as they stand in the project: tables shorten two folders. */
function pathsIn(text: string): string[] {
  const named = [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.(?:test\.ts|ts|md|json))`/gu)].map(([, path = '']) => path)
  return named.map((path) => path.replace(/^edge\//u, 'tests/edge/').replace(/^service\//u, 'packages/service/'))
}

test.each(pages)('every file that %s names is there', (page) => {
  const missing = pathsIn(readFileSync(join(root, page), 'utf8')).filter((path) => !existsSync(join(root, path)))
  expect(missing).toEqual([])
})

test.each(pages)('every command that %s names is one', (page) => {
  const named = [...readFileSync(join(root, page), 'utf8').matchAll(/pnpm ([a-z]\w*(?::\w+)?)/gu)].map(
    ([, name]) => name,
  )
  for (const name of named) expect(Object.keys(manifest.scripts)).toContain(name)
})

test('the pictures of the README are there, and are no burden', () => {
  const pictures = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/!\[[^\]]+\]\(([^)]+)\)/gu)]
  expect(pictures.map(([, path]) => path)).toEqual(['docs/browse.png', 'docs/title.png'])
  for (const [, path = ''] of pictures) expect(statSync(join(root, path)).size, path).toBeLessThan(250_000)
})

test('every row of the threat model, and every procedure of operations, names a test', () => {
  const rows = readFileSync(join(root, 'docs/threat-model.md'), 'utf8').match(/^\| (?!border|-).*$/gmu) ?? []
  expect(rows.length).toBeGreaterThan(20)
  for (const row of rows) expect(row).toMatch(/\.test\.ts`/u)
  const procedures = readFileSync(join(root, 'docs/operations.md'), 'utf8').split(/^\*\*/mu).slice(1, -1)
  for (const procedure of procedures) expect(procedure).toMatch(/\.test\.ts`/u)
})
