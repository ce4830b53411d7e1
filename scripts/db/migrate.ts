// pnpm db:migrate: brings the schemas up to date: the platform's in DATABASE_URL, those of web and edge in theirs.
import { parseArgs } from 'node:util'
import { grantRights } from '@movieverse/service/database-users.ts'
import { runCommand } from '@movieverse/service/command.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { databaseUrlSettings, readConfig } from '@movieverse/service/config.ts'
import { databaseUrlOf, migrationSets, type MigrationSet } from '@movieverse/service/migration-sets.ts'
import { migrate } from '@movieverse/service/migrations.ts'
import { z } from 'zod'

await runCommand('db:migrate', async () => {
  parseArgs({ options: {} })
  const urls = readConfig(z.object(databaseUrlSettings))
  const names: string[] = []
  const granted = new Set<string>()
  for (const set of migrationSets) {
    const done = await migrateSet(set, databaseUrlOf(set, urls))
    names.push(...done.names)
    for (const user of done.granted) granted.add(user)
  }
  console.log(names.length > 0 ? 'The schema is up to date.' : 'The schema was up to date.')
  if (granted.size > 0) console.log(`Rights are up to date for ${[...granted].join(', ')}.`)
})

async function migrateSet(set: MigrationSet, url: string): Promise<{ names: string[]; granted: string[] }> {
  const db = createDatabase(url)
  try {
    const names = await migrate(db, { set })
    for (const name of names) console.log(`migrated ${set === 'platform' ? name : `${set}/${name}`}`)
    return { names, granted: await grantRights(db) }
  } finally {
    await db.destroy()
  }
}
