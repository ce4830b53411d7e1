import type { Knex } from 'knex'
import { inOrderOf } from '../ordering.ts'

/** Who is credited on how much. */
export interface CreditsRepository {
  /** How many titles each person is credited on, whatever the roles; in the order of the ids, one statement. */
  countTitles(personIds: readonly number[]): Promise<number[]>
}

export function createCreditsRepository(db: Knex): CreditsRepository {
  return {
    async countTitles(personIds) {
      const rows: Array<{ personId: number; titles: number }> = await db('credits')
        .select('person_id as personId')
        .countDistinct('title_id as titles')
        .whereIn('person_id', [...new Set(personIds)])
        .groupBy('person_id')
      return inOrderOf(personIds, rows, (row) => row.personId).map((row) => row?.titles ?? 0)
    },
  }
}
