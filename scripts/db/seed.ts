// pnpm db:seed: writes reference data, regions, the hand-written titles and, but in production, demo viewers where there
// are no viewers; what is there already stays as it is.
import { parseArgs } from 'node:util'
import { runCommand } from '@movieverse/service/command.ts'
import { databaseSettings, readConfig, serviceSettings } from '@movieverse/service/config.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { seedDatabase } from '@movieverse/titles/seeding/seeding.ts'
import { z } from 'zod'

await runCommand('db:seed', async () => {
  parseArgs({ options: {} })
  const { DATABASE_URL, NODE_ENV } = readConfig(z.object({ ...databaseSettings, NODE_ENV: serviceSettings.NODE_ENV }))
  const db = createDatabase(DATABASE_URL, { acquireTimeoutMs: 10_000, log: (message) => console.error(message) })
  try {
    if (!(await db.schema.hasTable('titles')))
      throw new Error('the database has no tables yet: run "pnpm db:migrate" first')
    const added = await seedDatabase(db, { hasDemoViewers: NODE_ENV !== 'production' })
    console.log(added > 0 ? `${added} titles added.` : 'Every seeded title was there.')
  } finally {
    await db.destroy()
  }
})
