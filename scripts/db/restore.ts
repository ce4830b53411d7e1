// pnpm db:restore <file> [--replace]: puts the rows of a dump into the migrated, empty database of DATABASE_URL.
import { parseArgs } from 'node:util'
import { runCommand, UsageError } from '@movieverse/service/command.ts'
import { databaseSettings, readConfig } from '@movieverse/service/config.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { restoreDatabase } from '@movieverse/service/restore.ts'
import { z } from 'zod'

await runCommand('db:restore', async () => {
  const { positionals, values } = parseArgs({
    options: { replace: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [path, ...others] = positionals
  if (!path || others.length > 0) throw new UsageError('usage: pnpm db:restore <file> [--replace]')
  const { DATABASE_URL } = readConfig(z.object(databaseSettings))
  const db = createDatabase(DATABASE_URL)
  try {
    const { tables } = await restoreDatabase(db, path, values)
    console.log(
      `${tables.reduce((sum, { rows }) => sum + rows, 0)} rows of ${tables.length} tables are back from ${path}.`,
    )
  } finally {
    await db.destroy()
  }
})
