import type { TestProject } from 'vitest/node'
import { hasMariaDb, startMariaDb, type MariaDbServer } from './mariadb.ts'

/** The projects of one run share a server: the first that asks starts it, the last that is done stops it. */
const run = globalThis as { movieverseTestRun?: { server: Promise<MariaDbServer | undefined>; users: number } } // `as`: ours alone

/** Starts one MariaDB for the test run, or says in one line what is left out; with CI=true that is a failure. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (run.movieverseTestRun ??= { server: startOrTell(), users: 0 })
  shared.users++
  const server = await shared.server
  project.provide('mariadbUrl', server?.url)
  return async () => {
    if (--shared.users === 0) await server?.stop()
  }
}

async function startOrTell(): Promise<MariaDbServer | undefined> {
  if (hasMariaDb()) return startMariaDb()
  const message = 'MariaDB is not installed: the MySQL-dialect tests are left out (apt-get install mariadb-server)'
  if (process.env.CI === 'true') throw new Error(message)
  console.warn(message)
  return undefined
}
