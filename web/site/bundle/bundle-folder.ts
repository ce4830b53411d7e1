import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of this website: everything that a bundle is made of lies in it or is installed. */
export const siteFolder = fileURLToPath(new URL('..', import.meta.url))

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))
const regionsFile = fileURLToPath(new URL('../../../subgraphs/regions.json', import.meta.url))

/** Where the bundles of the present sources are, or will be once build.ts has run. */
export function bundleFolder(): string {
  const hash = createHash('sha256')
  for (const name of ['react', 'react-dom', 'vite']) hash.update(readFileSync(join(modules, name, 'package.json')))
  hash.update(readFileSync(regionsFile))
  for (const name of readdirSync(siteFolder, { recursive: true, encoding: 'utf8' }).toSorted())
    if (/\.(tsx?|css|svg)$/.test(name) && !name.endsWith('.test.ts'))
      hash.update(name).update(readFileSync(join(siteFolder, name)))
  return join(modules, '.cache', `site-${hash.digest('hex').slice(0, 16)}`)
}
