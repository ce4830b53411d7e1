import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setTimeout as wait } from 'node:timers/promises'
import { createDatabase } from '@movieverse/service/database.ts'
import { freePort, startMariaDb } from '../../tests/support/mariadb.ts'
import type { LoadTarget } from '../support/load.ts'
import { compare, tableOf } from '../support/pairs.ts'
import { generateCatalogue } from './dataset.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * A page of 50 of the USA region with countries and genres on MariaDB: GraphQL against the floor (the same statements
 * through mysql2 and one JSON.stringify), the REST list against the founding paper's Flask and PyMySQL.
 */
export async function benchRest(): Promise<string> {
  const server = await startMariaDb()
  const children: ChildProcess[] = []
  try {
    const admin = createDatabase(`${server.url}mysql`)
    await admin.raw('create database bench')
    await admin.destroy()
    const url = `${server.url}bench`
    const db = createDatabase(url)
    await generateCatalogue(db, 8_000)
    await db.destroy()
    const start = async (
      command: string,
      args: string[],
      environment: Record<string, string>,
    ): Promise<{ port: number; pid: number }> => {
      const port = await freePort()
      const child = spawn(
        command,
        args.map((arg) => arg.replace('{port}', String(port))),
        {
          env: { ...process.env, ...environment, PORT: String(port), DATABASE_URL: url },
          stdio: ['ignore', 'ignore', 'inherit'],
        },
      )
      children.push(child)
      await answers(port)
      return { port, pid: child.pid ?? 0 }
    }
    const region = await start(process.execPath, [here('../../subgraphs/region/main.ts')], production)
    const floor = await start(
      process.execPath,
      [here('floor.ts'), '--database', url, '--port', '{port}', '--region', 'US'],
      {},
    )
    const flask = await start('/usr/bin/python3', [here('../peers/flask_movies.py')], { REGION: 'US' })
    const graphql: LoadTarget = {
      name: 'region service, GraphQL',
      url: `http://127.0.0.1:${region.port}/graphql`,
      pid: region.pid,
      ...operation,
    }
    const rest: LoadTarget = {
      name: 'region service, REST',
      url: `http://127.0.0.1:${region.port}/movies?first=50`,
      pid: region.pid,
    }
    const bare: LoadTarget = { name: 'mysql2 + JSON.stringify', url: `http://127.0.0.1:${floor.port}/`, pid: floor.pid }
    const peer: LoadTarget = {
      name: 'Flask + PyMySQL, 8 threads',
      url: `http://127.0.0.1:${flask.port}/movies?first=50`,
      pid: flask.pid,
    }
    return tableOf([
      await compare({ ...bare, name: 'control: the floor' }, { ...bare, name: 'itself' }),
      await compare(graphql, bare),
      await compare(rest, bare),
      await compare(rest, peer),
    ])
  } finally {
    for (const child of children) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    await server.stop()
  }
}

const production = {
  NODE_ENV: 'production',
  REGION: 'US',
  LOG_LEVEL: 'warn',
  EDGE_SECRET: 'bench-edge-secret',
  SERVICE_SECRET: 'bench-service-secret',
  DRAIN_DELAY_MS: '0',
}

const operation = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    query:
      '{ region { movies(first: 50) { nodes { id imdbId title releaseYear averageRating votes countries { code name } genres { code name } } } } }',
  }),
} as const

async function answers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      await (await fetch(`http://127.0.0.1:${port}/`)).text()
      return
    } catch {
      await wait(50)
    }
  }
  throw new Error(`nothing answers on port ${port}`)
}
