// pnpm db:restore <file> [--replace] [--set web|edge]: puts the rows of a dump into the migrated, empty tables of its
// set, the platform's where none is named.
import { parseArgs } from 'node:util'
import { runCommand, UsageError } from '@movieverse/service/command.ts'
import { databaseUrlSettings, readConfig } from '@movieverse/service/config.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { databaseUrlOf } from '@movieverse/service/migration-sets.ts'
import { restoreDatabase } from '@movieverse/service/restore.ts'
import { z } from 'zod'
import { readSet, setOption } from './set-option.ts'

await runCommand('db:restore', async () => {
  const { positionals, values } = parseArgs({
    options: { replace: { type: 'boolean', default: false }, ...setOption },
    allowPositionals: true,
  })
  const [path, ...others] = positionals
  if (!path || others.length > 0) throw new UsageError('usage: pnpm db:restore <file> [--replace] [--set web|edge]')
  const set = readSet(values.set)
  const db = createDatabase(databaseUrlOf(set, readConfig(z.object(databaseUrlSettings))))
  try {
    const { tables } = await restoreDatabase(db, path, { replace: values.replace, set })
    console.log(
      `${tables.reduce((sum, { rows }) => sum + rows, 0)} rows of ${tables.length} tables are back from ${path}.`,
    )
  } finally {
    await db.destroy()
  }
})
