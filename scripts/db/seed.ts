// pnpm db:seed: writes reference data, regions and the hand-written titles; what is there already stays as it is.
import { parseArgs } from 'node:util'
import { runCommand } from '@movieverse/service/command.ts'
import { databaseSettings, readConfig } from '@movieverse/service/config.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { seedDatabase } from '@movieverse/titles/seeding.ts'
import { z } from 'zod'

await runCommand('db:seed', async () => {
  parseArgs({ options: {} })
  const { DATABASE_URL } = readConfig(z.object(databaseSettings))
  const db = createDatabase(DATABASE_URL, { acquireTimeoutMs: 10_000, log: (message) => console.error(message) })
  try {
    if (!(await db.schema.hasTable('titles')))
      throw new Error('the database has no tables yet: run "pnpm db:migrate" first')
    const added = await seedDatabase(db)
    console.log(added > 0 ? `${added} titles added.` : 'Every seeded title was there.')
  } finally {
    await db.destroy()
  }
})
