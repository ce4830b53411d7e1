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

/** The projects of one run share the folder, and so what is in it: the last that is done removes it. */
const run = globalThis as { movieverseCatalogue?: { folder: Promise<string>; users: number } } // `as`: ours alone

/** Makes the folder; the first test that asks for the catalogue fills it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (run.movieverseCatalogue ??= { folder: mkdtemp(join(tmpdir(), 'movieverse-catalogue-')), users: 0 })
  shared.users++
  const folder = await shared.folder
  project.provide('catalogueFolder', folder)
  return async () => {
    if (--shared.users === 0) await rm(folder, { recursive: true, force: true })
  }
}
