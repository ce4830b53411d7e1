import { fileURLToPath } from 'node:url'
import { regions } from '@movieverse/regions/regions.ts'

/** One process of the platform: what it is called, what starts it, and where it listens. */
export interface PlatformProcess {
  readonly name: string
  /** The program's main.ts. */
  readonly entry: string
  readonly port: number
  /** What this process needs in its environment besides everybody's. */
  readonly environment: Readonly<Record<string, string>>
}

/** Every process of the platform in the order in which `pnpm start` prints them. */
export function platformProcesses(): PlatformProcess[] {
  return [
    { name: 'supergraph', entry: entryOf('supergraph'), port: 4000, environment: { PORT: '4000' } },
    ...regions.map(({ slug, code, port }) => ({
      name: slug,
      entry: entryOf('subgraphs/region'),
      port,
      environment: { REGION: code, PORT: String(port) },
    })),
    { name: 'catalog', entry: entryOf('subgraphs/catalog'), port: 8060, environment: { PORT: '8060' } },
  ]
}

function entryOf(folder: string): string {
  return fileURLToPath(new URL(`../../${folder}/main.ts`, import.meta.url))
}
