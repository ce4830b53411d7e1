import type { TestProject } from 'vitest/node'
import { hasMariaDb, startMariaDb } from './mariadb.ts'

/** Starts one MariaDB for the test run, or says in one line what is left out; with CI=true that is a failure. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (hasMariaDb()) {
    const server = await startMariaDb()
    project.provide('mariadbUrl', server.url)
    return () => server.stop()
  }
  const message = 'MariaDB is not installed: the MySQL-dialect tests are left out (apt-get install mariadb-server)'
  if (process.env.CI === 'true') throw new Error(message)
  console.warn(message)
  project.provide('mariadbUrl', undefined)
  return undefined
}
