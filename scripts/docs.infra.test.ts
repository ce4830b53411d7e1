import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../tests/support/command.ts'
import manifest from '../package.json' with { type: 'json' }

/** Every page of the project. */
const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n')

/** Paths of a page, seen from the project's folder, its own or the website's; tables of the threat model shorten two folders. */
function isThere(page: string, path: string): boolean {
  const whole = path.replace(/^edge\//u, 'tests/edge/').replace(/^service\//u, 'packages/service/')
  const folders = [root, join(root, dirname(page)), join(root, 'web'), join(root, 'web/site')]
  return folders.some((folder) => existsSync(join(folder, whole)))
}

function namesIn(page: string, name: RegExp): string[] {
  return [...readFileSync(join(root, page), 'utf8').matchAll(name)].map(([, found = '']) => found)
}

test.each(pages)('every file that %s names, and every page that it leads to, is there', (page) => {
  // What stands in data/ is made by running something.
  const named = namesIn(page, /`((?!data\/)(?:[\w.-]+\/)+[\w.-]+\.(?:tsx?|md|json|yaml))`/gu)
  const linked = namesIn(page, /\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/gu).map((path) => join(dirname(page), path))
  expect([...named, ...linked].filter((path) => !isThere(page, path))).toEqual([])
})

test.each(pages)('every command that %s names is one', (page) => {
  const commands = new Set([...Object.keys(manifest.scripts), ...Object.keys(manifest.devDependencies)])
  for (const name of namesIn(page, /pnpm ([a-z]\w*(?::\w+)?)/gu)) expect(commands).toContain(name)
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
