// pnpm db:migrate: brings the schema of DATABASE_URL up to date.
import { parseArgs } from 'node:util'
import { grantRights } from '@movieverse/service/database-users.ts'
import { runCommand } from '@movieverse/service/command.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { databaseSettings, readConfig } from '@movieverse/service/config.ts'
import { migrate } from '@movieverse/service/migrations.ts'
import { z } from 'zod'

await runCommand('db:migrate', async () => {
  parseArgs({ options: {} })
  const { DATABASE_URL } = readConfig(z.object(databaseSettings))
  const db = createDatabase(DATABASE_URL)
  try {
    const names = await migrate(db)
    for (const name of names) console.log(`migrated ${name}`)
    console.log(names.length > 0 ? 'The schema is up to date.' : 'The schema was up to date.')
    const granted = await grantRights(db)
    if (granted.length > 0) console.log(`Rights are up to date for ${granted.join(', ')}.`)
  } finally {
    await db.destroy()
  }
})
