import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { dialects } from '../../tests/support/databases.ts'
import { freePort } from '../../tests/support/mariadb.ts'
import { expect, inject, test } from 'vitest'
import { createDatabase } from './database.ts'
import { databaseUsers } from './database-rights.ts'

const repository = new URL('../../', import.meta.url)
const path = (file: string): string => fileURLToPath(new URL(file, repository))

/** Everything that a service reads, table by table. */
const movieFields = `title countries { name } languages { name } genres { name }
  availability { availableFrom audio { name } subtitles { name } }`
const connection = `nodes { ${movieFields} } totalCount`
const queries = {
  catalog: `{ movies(first: 5, filter: { genres: { any: ["drama"] }, text: "der mude tod" }) { ${connection} }
    search(text: "der mude tod") { nodes { title directors { name } credits { role } } }
    facets { genres { value } countries { value } regions { value } years { value } }
    genres { name } countries { name } languages { name } regions { name } }`,
  region: `{ region { movies(first: 5, filter: { text: "ankur" }) { ${connection} } facets { genres { value } }
    changes(first: 5) { nodes { kind movie { title } } } } }`,
} as const

test.skipIf(!dialects().includes('mysql'))(
  'each user can do its work: migrate, seed, serve the catalogue and a region',
  async () => {
    const name = `test_${randomBytes(6).toString('hex')}`
    const admin = `${inject('mariadbUrl')}${name}`
    const as = (user: string): string => admin.replace('root@', `movieverse_${user}:development-${user}-password@`)
    const script = (file: string, url: string) =>
      spawnSync(process.execPath, [path(file)], { encoding: 'utf8', timeout: 60_000, env: { DATABASE_URL: url } })
    const server = createDatabase(`${inject('mariadbUrl')}mysql`)
    try {
      expect(script('scripts/db/create.ts', admin)).toMatchObject({ status: 0, stderr: '' })
      expect(script('scripts/db/migrate.ts', as('migrator'))).toMatchObject({ status: 0, stderr: '' })
      expect(script('scripts/db/seed.ts', as('importer'))).toMatchObject({ status: 0, stderr: '' })
      for (const service of ['catalog', 'region'] as const) {
        const answer = await ask(service, as(service), queries[service])
        expect(answer.errors).toBeUndefined()
        expect(JSON.stringify(answer.data)).toMatch(/Der müde Tod|Ankur/)
      }
    } finally {
      await server.raw('drop database if exists ??', [name])
      for (const user of databaseUsers) await server.raw("drop user if exists ?@'%'", [user])
      await server.destroy()
    }
  },
)

async function ask(service: string, url: string, query: string): Promise<{ data?: unknown; errors?: unknown }> {
  const port = await freePort()
  const child = spawn(process.execPath, [path(`subgraphs/${service}/main.ts`)], {
    env: { DATABASE_URL: url, PORT: String(port), REGION: 'IN', LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    for await (const chunk of child.stdout) if (String(chunk).includes('Server listening')) break
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    })
    return (await response.json()) as { data?: unknown; errors?: unknown }
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}
