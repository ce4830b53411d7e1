// pnpm db:rollback [--all]: takes back the last batch of migrations, or all of them.
import { parseArgs } from 'node:util'
import { runCommand } from '@movieverse/service/command.ts'
import { databaseSettings, readConfig } from '@movieverse/service/config.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { rollback } from '@movieverse/service/migrations.ts'
import { z } from 'zod'

await runCommand('db:rollback', async () => {
  const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } })
  const { DATABASE_URL } = readConfig(z.object(databaseSettings))
  const db = createDatabase(DATABASE_URL)
  try {
    const names = await rollback(db, values.all)
    for (const name of names) console.log(`took back ${name}`)
    if (names.length === 0) console.log('There was nothing to take back.')
  } finally {
    await db.destroy()
  }
})
