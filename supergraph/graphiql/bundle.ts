import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { build } from 'vite'
import { bundleFolder, pageFolder } from './bundle-folder.ts'

// Bundles GraphiQL with its text editor and workers, so that the page loads nothing from elsewhere. Does it once.
const folder = bundleFolder()
const draft = `${folder}.${process.pid}`
if (!existsSync(folder)) {
  await build({
    root: pageFolder,
    base: '/graphiql/',
    configFile: false,
    logLevel: 'error',
    // The page awaits at its top level.
    build: { outDir: draft, emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 10_000 },
    worker: { format: 'es' },
  })
  // Whoever else is bundling makes the same files: the first one wins.
  await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }))
}
