import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { environmentOf } from '@movieverse/service/config.ts'
import { z } from 'zod'
import type { SiteState } from '../pages/state.ts'
import { bundleFolder } from './bundle-folder.ts'

/** What pages are drawn with, and the files that browsers load. */
export interface LoadedBundle {
  readonly clientFolder: string
  /** The title and the markup of a page. */
  readonly render: (state: SiteState) => { readonly title: string; readonly markup: string }
  /** The script that begins, and those that it will ask for. */
  readonly scriptUrl: string
  readonly preloadUrls: readonly string[]
  /** The whole style sheet, for a style element. */
  readonly style: string
  /** What a content security policy knows that element by. */
  readonly styleHash: string
}

/** The website's bundle: made in a process of its own the first time that somebody needs it. */
export interface SiteBundle {
  load(): Promise<LoadedBundle>
  stop(): void
}

const buildProgram = fileURLToPath(new URL('build.ts', import.meta.url))

const manifestShape = z.record(
  z.string(),
  z.object({
    file: z.string(),
    isEntry: z.boolean().optional(),
    css: z.array(z.string()).optional(),
    dynamicImports: z.array(z.string()).optional(),
  }),
)

export function createSiteBundle(): SiteBundle {
  const stopping = new AbortController()
  let loading: Promise<LoadedBundle> | undefined
  const make = async (): Promise<LoadedBundle> => read(await ensureBundle(stopping.signal))
  return {
    load() {
      loading ??= make().catch((error: unknown) => {
        loading = undefined
        throw error
      })
      return loading
    },
    stop: () => stopping.abort(),
  }
}

/** Makes the bundle unless it is there, and answers its folder. Vite follows NODE_ENV, which is not the bundle's. */
export async function ensureBundle(signal?: AbortSignal): Promise<string> {
  const folder = bundleFolder()
  if (existsSync(folder)) return folder
  const env = environmentOf({ NODE_ENV: 'production' })
  await promisify(execFile)(process.execPath, [buildProgram], { env, ...(signal && { signal }) })
  return folder
}

async function read(folder: string): Promise<LoadedBundle> {
  const clientFolder = join(folder, 'client')
  const manifest = manifestShape.parse(JSON.parse(await readFile(join(clientFolder, 'manifest.json'), 'utf8')))
  const entry = Object.values(manifest).find(({ isEntry }) => isEntry)
  if (!entry) throw new Error(`${clientFolder} has no entry`)
  // `as`: the bundle of server.tsx, which exports just this.
  const { render } = (await import(pathToFileURL(join(folder, 'server', 'server.mjs')).href)) as Pick<
    LoadedBundle,
    'render'
  >
  const sheets = (entry.css ?? []).map((file) => readFile(join(clientFolder, file), 'utf8'))
  const style = (await Promise.all(sheets)).join('')
  const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`
  const preloadUrls = (entry.dynamicImports ?? [])
    .flatMap((name) => manifest[name] ?? [])
    .map(({ file }) => urlOf(file))
  return { clientFolder, render, scriptUrl: urlOf(entry.file), preloadUrls, style, styleHash }
}

function urlOf(file: string): string {
  return `/site/assets/${file}`
}
