import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { manifests } from './manifests.ts'

const heading = '# Written by `pnpm k8s:render` from infra/workloads.ts and subgraphs/regions.json. Do not edit.\n'
const infra = new URL('../', import.meta.url)

/** Text of every rendered file by its path below infra/. */
export function renderManifests(): Map<string, string> {
  const texts = new Map<string, string>()
  for (const [path, objects] of manifests()) {
    const documents = objects.map((object) => stringify(object, { lineWidth: 120, aliasDuplicateObjects: false }))
    texts.set(path, heading + documents.join('---\n'))
  }
  return texts
}

/** Rendered files that no longer belong to anything: a region that was taken away. */
export async function leftOvers(): Promise<string[]> {
  const wanted = renderManifests()
  const base = await readdir(new URL('kubernetes/base/', infra))
  return base.map((name) => `kubernetes/base/${name}`).filter((path) => !wanted.has(path))
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
  for (const [path, text] of renderManifests()) {
    const file = new URL(path, infra)
    if (text === (await readFile(file, 'utf8').catch(() => ''))) continue
    if (values.check) {
      console.log(`infra/${path} is stale: run pnpm k8s:render`)
      process.exitCode = 1
    } else {
      await mkdir(new URL('.', file), { recursive: true })
      await writeFile(file, text)
    }
  }
  if (!values.check) for (const path of await leftOvers()) await rm(new URL(path, infra))
}
