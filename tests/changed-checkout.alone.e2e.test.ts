import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root, runCommand } from './support/command.ts'
import { setTimeout as wait } from 'node:timers/promises'
import { ask } from './support/graphql.ts'

// A checkout of its own, since its files are changed.
const clone = mkdtempSync(join(tmpdir(), 'movieverse-clone-'))
const pnpm = (...args: string[]): string =>
  execFileSync('npx', ['--yes', 'pnpm', ...args], { cwd: clone, encoding: 'utf8' })

beforeAll(() => {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  for (const file of files.trim().split('\n')) {
    mkdirSync(dirname(join(clone, file)), { recursive: true })
    cpSync(join(root, file), join(clone, file))
  }
  pnpm('install', '--frozen-lockfile', '--prefer-offline')
})
afterAll(() => rmSync(clone, { recursive: true, force: true }))

test('France is one entry in regions.json, as the README gives it', async () => {
  const environment = { DATABASE_URL: `sqlite:${clone}/france.sqlite` }
  {
    await using before = runCommand([join(clone, 'scripts/start.ts')], environment)
    await before.printed('MovieVerse is ready')
    before.signal('SIGTERM')
    await before.ended
  }
  const entry = /```json\n(\{\s+"code": "FR"[^`]*)```/u.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ?? ''
  const list = join(clone, 'subgraphs/regions.json')
  writeFileSync(list, JSON.stringify([...JSON.parse(readFileSync(list, 'utf8')), JSON.parse(entry)]))
  pnpm('compose')

  await using command = runCommand([join(clone, 'scripts/start.ts')], environment)
  await command.printed('MovieVerse is ready')
  const { data, errors } = await ask<
    Record<string, { region: { code: string }; movies: { nodes: Array<{ label: string }> } }>
  >(
    'http://127.0.0.1:4000/graphql',
    '{ france: region(code: FR) { region { code } movies(first: 100) { nodes { label } } } }',
  )
  expect(errors).toBeUndefined()
  expect(data.france?.region.code).toBe('FR')
  expect(data.france?.movies.nodes).toContainEqual({ label: 'France, Italy-Le roi de coeur' })
  const own = await ask('http://127.0.0.1:8053/graphql', '{ region { region { code name } } }')
  expect(own.data).toEqual({ region: { region: { code: 'FR', name: 'France' } } })
  const headers = { apikey: 'development-demo-api-key' }
  const routed = await ask('http://127.0.0.1:8000/fr/graphql', '{ region { region { code } } }', { headers })
  expect(routed.data).toEqual({ region: { region: { code: 'FR' } } })
})

test('with --watch, as pnpm dev has it, a change is served without a restart by hand', async () => {
  const environment = { DATABASE_URL: `sqlite:${clone}/france.sqlite` }
  await using command = runCommand([join(clone, 'scripts/start.ts'), '--watch'], environment)
  await command.printed('MovieVerse is ready')
  const list = join(clone, 'subgraphs/regions.json')
  writeFileSync(list, readFileSync(list, 'utf8').replace('"name":"India"', '"name":"Bharat"'))
  const nameOfIndia = async (): Promise<unknown> => {
    const answer = await ask('http://127.0.0.1:8050/graphql', '{ region { region { name } } }').catch(() => null)
    return answer?.data
  }
  const deadline = Date.now() + 30_000
  let seen = await nameOfIndia()
  while (!JSON.stringify(seen ?? null).includes('Bharat') && Date.now() < deadline) {
    await wait(100)
    seen = await nameOfIndia()
  }
  expect(seen).toEqual({ region: { region: { name: 'Bharat' } } })
})
