// pnpm db:dump <file> [--set web|edge]: writes every row of a set's tables to a file, the platform's where no set is
// named; gzipped where the name ends in .gz.
import { parseArgs } from 'node:util'
import { runCommand, UsageError } from '@movieverse/service/command.ts'
import { databaseUrlSettings, readConfig } from '@movieverse/service/config.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { dumpDatabase } from '@movieverse/service/dump.ts'
import { databaseUrlOf } from '@movieverse/service/migration-sets.ts'
import { z } from 'zod'
import { readSet, setOption } from './set-option.ts'

await runCommand('db:dump', async () => {
  const { positionals, values } = parseArgs({ options: setOption, allowPositionals: true })
  const [path, ...others] = positionals
  if (!path || others.length > 0)
    throw new UsageError('usage: pnpm db:dump <file.jsonl or file.jsonl.gz> [--set web|edge]')
  const set = readSet(values.set)
  const db = createDatabase(databaseUrlOf(set, readConfig(z.object(databaseUrlSettings))))
  try {
    const { tables } = await dumpDatabase(db, path, set)
    console.log(`${tables.reduce((sum, { rows }) => sum + rows, 0)} rows of ${tables.length} tables are in ${path}.`)
  } finally {
    await db.destroy()
  }
})
