import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type InlineConfig } from 'vite'
import { bundleFolder, siteFolder } from './bundle-folder.ts'

// Bundles the website twice, for browsers and for the server that draws its pages. Does it once for the same sources.
const folder = bundleFolder()
const draft = `${folder}.${process.pid}`

const shared: InlineConfig = {
  root: siteFolder,
  configFile: false,
  logLevel: 'error',
  define: { 'process.env.NODE_ENV': '"production"' },
  mode: 'production',
  oxc: { jsx: { runtime: 'automatic', development: false } },
}

if (!existsSync(folder)) {
  await build({
    ...shared,
    base: '/site/assets/',
    build: {
      outDir: join(draft, 'client'),
      emptyOutDir: true,
      assetsDir: '',
      manifest: 'manifest.json',
      modulePreload: false,
      rollupOptions: { input: join(siteFolder, 'boot.tsx') },
    },
  })
  await build({
    ...shared,
    ssr: { noExternal: true },
    build: {
      outDir: join(draft, 'server'),
      emptyOutDir: true,
      ssr: join(siteFolder, 'server.tsx'),
      rollupOptions: { output: { entryFileNames: 'server.mjs' } },
    },
  })
  // Whoever else is bundling makes the same files: the first one wins.
  await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }))
}
