// pnpm db:create: makes the database of DATABASE_URL and, on MySQL, one user for each service.
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { runCommand } from '@movieverse/service/command.ts'
import { databaseSettings, readConfig, secretSetting, withoutPassword } from '@movieverse/service/config.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { databaseUsers } from '@movieverse/service/database-rights.ts'
import { createDatabaseAndUsers } from '@movieverse/service/database-users.ts'
import { z } from 'zod'

const settings = z.object({
  ...databaseSettings,
  CATALOG_DATABASE_PASSWORD: secretSetting('catalog-password'),
  REGION_DATABASE_PASSWORD: secretSetting('region-password'),
  IMPORTER_DATABASE_PASSWORD: secretSetting('importer-password'),
  MIGRATOR_DATABASE_PASSWORD: secretSetting('migrator-password'),
})

type Settings = z.output<typeof settings>

await runCommand('db:create', async () => {
  parseArgs({ options: {} })
  const config = readConfig(settings)
  await (config.DATABASE_URL.startsWith('sqlite:') ? createFile(config) : createOnServer(config))
})

async function createFile({ DATABASE_URL }: Settings): Promise<void> {
  const path = DATABASE_URL.slice('sqlite:'.length)
  const existed = existsSync(path)
  const db = createDatabase(DATABASE_URL)
  try {
    await db.raw('select 1')
  } finally {
    await db.destroy()
  }
  console.log(existed ? `${path} was there already.` : `Created ${path}.`)
}

async function createOnServer(config: Settings): Promise<void> {
  const url = new URL(config.DATABASE_URL)
  const database = decodeURIComponent(url.pathname.slice(1))
  if (!database) throw new Error('DATABASE_URL names no database')
  url.pathname = '/'
  const db = createDatabase(url.href)
  try {
    await createDatabaseAndUsers(db, database, {
      movieverse_catalog: config.CATALOG_DATABASE_PASSWORD,
      movieverse_region: config.REGION_DATABASE_PASSWORD,
      movieverse_importer: config.IMPORTER_DATABASE_PASSWORD,
      movieverse_migrator: config.MIGRATOR_DATABASE_PASSWORD,
    })
  } finally {
    await db.destroy()
  }
  console.log(
    `The database ${withoutPassword(config.DATABASE_URL)} is there, with its users ${databaseUsers.join(', ')}.`,
  )
}
