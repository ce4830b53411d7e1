import { setTimeout as wait } from 'node:timers/promises'
import type { Knex } from 'knex'

const attemptsAtMost = 4

/**
 * Runs the work in a transaction, and once more where MySQL ended it as the victim of a deadlock: then nothing of it has
 * happened, and what it collided with is through. The work must change nothing outside of its transaction.
 */
export async function inTransaction<Result>(
  db: Knex,
  work: (trx: Knex.Transaction) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction(work)
    } catch (error) {
      if (attempt === attemptsAtMost || !isDeadlock(error)) throw error
      // Not all victims at the same moment again.
      await wait(Math.random() * 10 * attempt)
    }
  }
}

function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ER_LOCK_DEADLOCK'
}
