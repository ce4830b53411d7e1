import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of this website: what a bundle is made of lies in it or in the folder of what the sign-in pages share. */
export const siteFolder = fileURLToPath(new URL('..', import.meta.url))

const lookFolder = fileURLToPath(new URL('../../look', import.meta.url))
const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))
const regionsFile = fileURLToPath(new URL('../../../subgraphs/regions.json', import.meta.url))

/** Where the bundles of the present sources are, or will be once build.ts has run. */
export function bundleFolder(): string {
  const hash = createHash('sha256')
  for (const name of ['react', 'react-dom', 'vite']) hash.update(readFileSync(join(modules, name, 'package.json')))
  hash.update(readFileSync(regionsFile))
  for (const folder of [siteFolder, lookFolder])
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted())
      if (/\.(tsx?|css|svg)$/.test(name) && !name.endsWith('.test.ts'))
        hash.update(name).update(readFileSync(join(folder, name)))
  return join(modules, '.cache', `site-${hash.digest('hex').slice(0, 16)}`)
}
