// pnpm db:rollback [--all] [--set web|edge]: takes back the last batch of migrations of a set, or all of them.
import { parseArgs } from 'node:util'
import { runCommand } from '@movieverse/service/command.ts'
import { databaseUrlSettings, readConfig } from '@movieverse/service/config.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { databaseUrlOf } from '@movieverse/service/migration-sets.ts'
import { rollback } from '@movieverse/service/migrations.ts'
import { z } from 'zod'
import { readSet, setOption } from './set-option.ts'

await runCommand('db:rollback', async () => {
  const { values } = parseArgs({ options: { all: { type: 'boolean', default: false }, ...setOption } })
  const set = readSet(values.set)
  const db = createDatabase(databaseUrlOf(set, readConfig(z.object(databaseUrlSettings))))
  try {
    const names = await rollback(db, values.all, { set })
    for (const name of names) console.log(`took back ${name}`)
    if (names.length === 0) console.log('There was nothing to take back.')
  } finally {
    await db.destroy()
  }
})
