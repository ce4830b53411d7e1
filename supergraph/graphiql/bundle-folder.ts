import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The page's sources. */
export const pageFolder = fileURLToPath(new URL('page', import.meta.url))

const modules = fileURLToPath(new URL('../node_modules', import.meta.url))

/** Where the bundled page of the installed versions is, or will be once bundle.ts has run. */
export function bundleFolder(): string {
  const hash = createHash('sha256')
  for (const name of ['graphiql', 'oauth4webapi', 'react', 'vite'])
    hash.update(readFileSync(join(modules, name, 'package.json')))
  for (const name of readdirSync(pageFolder).toSorted()) hash.update(readFileSync(join(pageFolder, name)))
  return join(modules, '.cache', `graphiql-${hash.digest('hex').slice(0, 16)}`)
}
