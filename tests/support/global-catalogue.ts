import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder in which the test files of this run share the imported catalogue; see imported-catalogue.ts. */
    catalogueFolder: string
  }
}

/** Makes the folder; the first test that asks for the catalogue fills it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-catalogue-'))
  project.provide('catalogueFolder', folder)
  return () => rm(folder, { recursive: true, force: true })
}
