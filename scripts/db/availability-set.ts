// pnpm availability:set: adds, changes or removes an explicit offer of one title in one region, or switches the
// default policy there off and on. Exit codes: 0 done, 1 refused or failed, 2 a wrong command line.
import { runCommand } from '@movieverse/service/command.ts'
import { databaseSettings, readConfig } from '@movieverse/service/config.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { setAvailability } from '@movieverse/titles/availability/availability-writer-command.ts'
import { inWriteTransaction } from '@movieverse/titles/writing/bulk-rows.ts'
import { z } from 'zod'
import { readAvailabilityArguments } from './availability-arguments.ts'

await runCommand('availability:set', async () => {
  const now = new Date()
  const order = readAvailabilityArguments(process.argv.slice(2), now)
  const { DATABASE_URL } = readConfig(z.object(databaseSettings))
  const db = createDatabase(DATABASE_URL, { acquireTimeoutMs: 10_000, log: (message) => console.error(message) })
  try {
    const lines = await inWriteTransaction(db, (trx) => setAvailability(trx, order, now))
    for (const line of lines) console.log(line)
  } finally {
    await db.destroy()
  }
})
