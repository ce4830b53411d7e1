import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { stringify } from 'yaml'
import type { KongConfig } from './config.ts'
import type { KongFile } from './kong-file.ts'
import { kongFileOf, type KongLists } from './template/template.ts'

const heading = `# Rendered by "pnpm kong:render" from infra/kong, apps.json and regions.json. It holds secrets: keep it out of git.
`

/** kong.yml as text. */
export function renderKongYaml(config: KongConfig, lists?: KongLists): string {
  return stringifyKongFile(kongFileOf(config, lists))
}

/** Kong reads YAML 1.1, in which "no" and "on" without quotes are no texts. */
export function stringifyKongFile(file: KongFile): string {
  return heading + stringify(file, { version: '1.1', singleQuote: true, lineWidth: 0, aliasDuplicateObjects: false })
}

/** Writes a file that only this user may read, as a whole or not at all. */
export async function writeKongYaml(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const unfinished = `${path}.${process.pid}`
  await writeFile(unfinished, text, { mode: 0o600 })
  await rename(unfinished, path)
}
