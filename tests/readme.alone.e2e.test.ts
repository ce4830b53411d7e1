import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase } from '@movieverse/service/database.ts'
import { demoAccounts, demoPassword } from '@movieverse/web/sign-in/accounts/demo-accounts.ts'
import { root } from './support/command.ts'
import { createTestDatabase, dialects } from './support/databases.ts'
import { writeImdbCsv } from './support/imdb-csv-generator.ts'

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'movieverse-readme-'))
const environment = {
  ...process.env,
  DATABASE_URL: `sqlite:${folder}/readme.sqlite`,
  NODE_ENV: 'development',
  npm_config_yes: 'true',
}
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The lines of every block of that language, in order. */
function linesOf(language: string): string[] {
  const blocks = readme.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\\n\`\`\``, 'gu'))
  return [...blocks].flatMap((match) => (match[1] ?? '').split('\n'))
}

/** Runs a line of the README as it stands, its example paths made real; answers what it prints. */
function run(line: string, env: NodeJS.ProcessEnv = environment): string {
  const command = line
    .replace('path/to/folder', join(folder, 'csv'))
    .replaceAll('backup.jsonl.gz', join(folder, 'backup.jsonl.gz'))
  return execFileSync('bash', ['-c', command], { cwd: root, env, encoding: 'utf8' })
}

const [startLine = '', testLine = '', curlLine = '', keyLine = '', ...dataLines] = linesOf('sh')
const schemaLines = dataLines.slice(0, 4)
const [importLine = '', setLine = '', dumpLine = '', restoreLine = '', trainLine = ''] = dataLines.slice(4)

test('the README has no command that this file does not run', () => {
  expect(linesOf('sh').map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
    'npx pnpm start',
    'npx pnpm test',
    'curl -s http://127.0.0.1:8000/graphql',
    'curl -s --cacert',
    'npx pnpm db:create',
    'npx pnpm db:migrate',
    'npx pnpm db:seed',
    'npx pnpm db:rollback',
    'npx pnpm db:import',
    'npx pnpm availability:set',
    'npx pnpm db:dump',
    'npx pnpm db:restore',
    'npx pnpm train',
  ])
})

test('the test command is the one that CI runs', () => {
  expect(readFileSync(join(root, '.ci/run'), 'utf8')).toContain(testLine.replace('npx', 'npx --yes'))
})

describe('after the start command', () => {
  let stop = async (): Promise<void> => {}
  beforeAll(async () => {
    // A group of its own, as a terminal gives it: Ctrl-C reaches npx, pnpm and the launcher.
    const child = spawn('bash', ['-c', startLine], { cwd: root, env: environment, detached: true })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    stop = async () => {
      if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGINT')
      if (child.exitCode === null) await once(child, 'exit')
    }
    while (!output.includes('MovieVerse is ready')) {
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
      if (child.exitCode !== null) throw new Error(`the start command ended:\n${output}`)
    }
  })
  afterAll(() => stop())

  test('the query gives the answer that stands below it', () => {
    const [shown = ''] = /```json\n(\{\s*"data"[^`]*)```/u.exec(readme)?.slice(1) ?? []
    expect(JSON.parse(run(curlLine))).toEqual(JSON.parse(shown))
  })

  test('the region answers the key', () => {
    const { data } = JSON.parse(run(keyLine)) as { data: Array<{ label: string }> } // a REST list
    expect(data.map(({ label }) => label.includes('India'))).toEqual([true, true, true])
  })

  test('GraphiQL is where the README says, with a certificate that the file vouches for', () => {
    const [address = ''] = /https:\/\/localhost:8443\/graphiql\//u.exec(readme) ?? []
    const page = run(`curl -s --fail -D - --cacert data/edge/edge.crt ${address}`)
    expect(page).toContain('text/html')
    expect(page).toContain('GraphiQL')
  })

  test('the website is where the README says', () => {
    const [address = ''] = /http:\/\/127\.0\.0\.1:8000\/(?=\. )/u.exec(readme) ?? []
    expect(run(`curl -s --fail ${address}`)).toContain('<title>')
  })

  test('a model is trained beside the running services', () => {
    expect(run(trainLine)).toMatch(/\d+ titles/u)
  })

  test('the demo account signs in with the password that the README tells', () => {
    expect(readme).toContain(`\`${demoAccounts[0]?.email}\`, password \`${demoPassword}\``)
  })
})

test('the data commands import, set an offer, dump and restore', async () => {
  const { titles } = await writeImdbCsv(join(folder, 'csv'), 50)
  expect(run(importLine)).toContain(String(titles))
  run(setLine)
  run(dumpLine)
  expect(run(restoreLine)).toMatch(/\d/u)
})

test.each(dialects())('the schema commands make a database, fill it and take it back on %s', async (dialect) => {
  await using database = await createTestDatabase(dialect)
  const url = dialect === 'sqlite' ? database.url : `${database.url}_new`
  for (const line of schemaLines) run(line, { ...environment, DATABASE_URL: url })
  const db = createDatabase(url)
  expect(await db.schema.hasTable('titles')).toBe(false)
  if (dialect === 'mysql') await db.raw('drop database ??', [new URL(url).pathname.slice(1)])
  await db.destroy()
})
