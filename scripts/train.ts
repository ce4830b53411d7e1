// pnpm train: learns a recommendation model from ratings and history and serves it. --quick does not choose settings by
// validation; --rollback serves the version before. Exit codes: 0 done, 1 nothing changed, 2 a wrong command line.
import { parseArgs } from 'node:util'
import { createProgress } from '@movieverse/importer/progress.ts'
import { runCommand } from '@movieverse/service/command.ts'
import { databaseSettings, readConfig } from '@movieverse/service/config.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { z } from 'zod'
import { createModelsRepository } from '../subgraphs/recommendations/models/models.repository.ts'
import { trainModel } from '../subgraphs/recommendations/training/train.ts'

await runCommand('train', async () => {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, rollback: { type: 'boolean', default: false } },
  })
  const { DATABASE_URL } = readConfig(z.object(databaseSettings))
  const db = createDatabase(DATABASE_URL, { acquireTimeoutMs: 10_000, log: (message) => console.error(message) })
  const progress = createProgress(process.stderr)
  try {
    if (!(await db.schema.hasTable('model_state')))
      throw new Error('the database has no tables yet: run "pnpm db:migrate" first')
    if (values.rollback) {
      const versionId = await createModelsRepository(db).rollback(new Date())
      if (versionId === null) throw new Error('there is no version before the present one')
      console.log(`model version ${versionId} is served again`)
      return
    }
    const startedAt = performance.now()
    const onProgress = (...step: Parameters<typeof progress.update>): void => progress.update(...step)
    const report = await trainModel(db, { now: new Date(), isQuick: values.quick, onProgress })
    progress.end()
    const { versionId, viewers, titlesMet, interactions, weights, titles } = report
    console.log(`model version ${versionId} is served: ${weights} weights of ${titles} titles`)
    console.log(`learnt from ${interactions} titles met, of ${titlesMet} titles by ${viewers} viewers`)
    console.log(`in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
  } finally {
    progress.end()
    await db.destroy()
  }
})
