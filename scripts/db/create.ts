// pnpm db:create: makes the databases of DATABASE_URL, WEB_DATABASE_URL and EDGE_DATABASE_URL and, on MySQL, one user
// for each service.
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { runCommand } from '@movieverse/service/command.ts'
import { databaseUrlSettings, readConfig, secretSetting, withoutPassword } from '@movieverse/service/config.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { databaseUsers } from '@movieverse/service/database-rights.ts'
import { createDatabaseAndUsers } from '@movieverse/service/database-users.ts'
import { databaseUrlOf, migrationSets } from '@movieverse/service/migration-sets.ts'
import { z } from 'zod'

const settings = z.object({
  ...databaseUrlSettings,
  CATALOG_DATABASE_PASSWORD: secretSetting('catalog-password'),
  REGION_DATABASE_PASSWORD: secretSetting('region-password'),
  VIEWERS_DATABASE_PASSWORD: secretSetting('viewers-password'),
  RECOMMENDATIONS_DATABASE_PASSWORD: secretSetting('recommendations-password'),
  IMPORTER_DATABASE_PASSWORD: secretSetting('importer-password'),
  WEB_DATABASE_PASSWORD: secretSetting('web-password'),
  EDGE_DATABASE_PASSWORD: secretSetting('edge-password'),
  MIGRATOR_DATABASE_PASSWORD: secretSetting('migrator-password'),
})

type Settings = z.output<typeof settings>

await runCommand('db:create', async () => {
  parseArgs({ options: {} })
  const config = readConfig(settings)
  for (const url of new Set(migrationSets.map((set) => databaseUrlOf(set, config)))) {
    await (url.startsWith('sqlite:') ? createFile(url) : createOnServer(url, config))
  }
})

async function createFile(url: string): Promise<void> {
  const path = url.slice('sqlite:'.length)
  const existed = existsSync(path)
  const db = createDatabase(url)
  try {
    await db.raw('select 1')
  } finally {
    await db.destroy()
  }
  console.log(existed ? `${path} was there already.` : `Created ${path}.`)
}

async function createOnServer(databaseUrl: string, config: Settings): Promise<void> {
  const url = new URL(databaseUrl)
  const database = decodeURIComponent(url.pathname.slice(1))
  if (!database) throw new Error(`${withoutPassword(databaseUrl)} names no database`)
  url.pathname = '/'
  const db = createDatabase(url.href)
  try {
    await createDatabaseAndUsers(db, database, {
      movieverse_catalog: config.CATALOG_DATABASE_PASSWORD,
      movieverse_region: config.REGION_DATABASE_PASSWORD,
      movieverse_viewers: config.VIEWERS_DATABASE_PASSWORD,
      movieverse_recommendations: config.RECOMMENDATIONS_DATABASE_PASSWORD,
      movieverse_importer: config.IMPORTER_DATABASE_PASSWORD,
      movieverse_web: config.WEB_DATABASE_PASSWORD,
      movieverse_edge: config.EDGE_DATABASE_PASSWORD,
      movieverse_migrator: config.MIGRATOR_DATABASE_PASSWORD,
    })
  } finally {
    await db.destroy()
  }
  console.log(`The database ${withoutPassword(databaseUrl)} is there, with its users ${databaseUsers.join(', ')}.`)
}
