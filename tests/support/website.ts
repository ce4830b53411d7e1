import { createDatabase } from '@movieverse/service/database.ts'
import type { Knex } from 'knex'
import type { Browser } from 'playwright-core'
import { copyOfCatalogue, type Catalogue } from './imported-catalogue.ts'
import { startBrowser, startWholePlatform, type WholePlatform } from './whole-platform.ts'

/** The whole platform on a catalogue of its own, with a browser to look at it. */
export interface Website extends AsyncDisposable {
  readonly catalogue: Catalogue
  readonly platform: WholePlatform
  readonly browser: Browser
  /** The web server's database. */
  readonly web: Knex
  /** The edge's database. */
  readonly edge: Knex
}

/** `prepare` changes the catalogue before anybody reads it. */
export async function startWebsite(prepare?: (catalogue: Catalogue) => Promise<void>): Promise<Website> {
  await using starting = new AsyncDisposableStack()
  const catalogue = starting.use(await copyOfCatalogue('sqlite'))
  await prepare?.(catalogue)
  const platform = starting.use(await startWholePlatform(catalogue.url))
  const browser = starting.use(await startBrowser())
  const databaseOf = (name: string): Knex =>
    starting.adopt(createDatabase(platform.environment[name] ?? ''), (db) => db.destroy())
  const [web, edge] = [databaseOf('WEB_DATABASE_URL'), databaseOf('EDGE_DATABASE_URL')]
  const stack = starting.move()
  return { catalogue, platform, browser, web, edge, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
