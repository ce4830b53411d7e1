// pnpm db:dump <file>: writes every row of DATABASE_URL to a file; gzipped where the name ends in .gz.
import { parseArgs } from 'node:util'
import { runCommand, UsageError } from '@movieverse/service/command.ts'
import { databaseSettings, readConfig } from '@movieverse/service/config.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { dumpDatabase } from '@movieverse/service/dump.ts'
import { z } from 'zod'

await runCommand('db:dump', async () => {
  const { positionals } = parseArgs({ options: {}, allowPositionals: true })
  const [path, ...others] = positionals
  if (!path || others.length > 0) throw new UsageError('usage: pnpm db:dump <file.jsonl or file.jsonl.gz>')
  const { DATABASE_URL } = readConfig(z.object(databaseSettings))
  const db = createDatabase(DATABASE_URL)
  try {
    const { tables } = await dumpDatabase(db, path)
    console.log(`${tables.reduce((sum, { rows }) => sum + rows, 0)} rows of ${tables.length} tables are in ${path}.`)
  } finally {
    await db.destroy()
  }
})
