import { toGlobalId } from '@movieverse/titles/global-id.ts'
import type { Knex } from 'knex'

/** A seeded title that no import has met. */
export interface UnmatchedSeed {
  /** Global id. */
  readonly id: string
  readonly title: string
  /** Whether imports hold nothing of its title, or a title that differs in countries or directors or is not unique. */
  readonly reason: 'NOT_IMPORTED' | 'SAME_TITLE_ONLY'
}

/** Seeded titles that no import has taken over, save those that the caller knows to be met. */
export async function listUnmatchedSeeds(db: Knex, metIds: ReadonlySet<number>): Promise<UnmatchedSeed[]> {
  // An import writes its own fingerprint over a seed's, which begins with "s".
  const rows = await db('titles as s')
    .leftJoin('titles as i', (on) =>
      on.on('i.sort_title', 's.sort_title').on('i.id', '!=', 's.id').onVal('i.fingerprint', 'like', 'i%'),
    )
    .where('s.fingerprint', 'like', 's%')
    .groupBy('s.id', 's.title', 's.sort_title')
    .orderBy(['s.sort_title', 's.id'])
    .select<Array<{ id: number; title: string; others: number }>>('s.id', 's.title', db.raw('count(i.id) as others'))
  return rows
    .filter((row) => !metIds.has(row.id))
    .map(({ id, title, others }) => ({
      id: toGlobalId('Movie', id),
      title,
      reason: others > 0 ? 'SAME_TITLE_ONLY' : 'NOT_IMPORTED',
    }))
}
