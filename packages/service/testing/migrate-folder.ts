// Migrates a database with the migrations of a folder, as a process of its own that a test can kill:
// `node migrate-folder.ts <url> <folder>` prints the names that ran as JSON.
import { createDatabase } from '../database.ts'
import { runCommand } from '../command.ts'
import { migrate } from '../migrations.ts'

const [, , url = '', directory = ''] = process.argv

await runCommand('migrate', async () => {
  const db = createDatabase(url)
  try {
    console.log(JSON.stringify(await migrate(db, { directory })))
  } finally {
    await db.destroy()
  }
})
