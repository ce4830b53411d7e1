import type { Knex } from 'knex'
import { createModelsRepository } from '../models/models.repository.ts'
import { TooLittleDataError, trainModel, type TrainingReport } from './train.ts'

/**
 * A first model, with the default settings, where there is none and something to learn from; null otherwise. So a fresh
 * machine has recommendations at once.
 */
export async function trainIfUntrained(db: Knex, now: Date): Promise<TrainingReport | null> {
  if ((await createModelsRepository(db).findActiveId()) !== null) return null
  try {
    return await trainModel(db, { now, isQuick: true })
  } catch (error) {
    if (error instanceof TooLittleDataError) return null
    throw error
  }
}
