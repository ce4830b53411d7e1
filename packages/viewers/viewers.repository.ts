import { dialectOf } from '@movieverse/service/dialect.ts'
import { fromSqlTime, toSqlTime } from '@movieverse/service/sql-time.ts'
import type { Knex } from 'knex'
import { changedRows } from './changed-rows.ts'
import type { ViewerRow } from './rows.ts'

/** Somebody who is seen for the first time. */
export interface NewViewer {
  readonly userId: string
  /** See erasure.ts. */
  readonly userHash: string
  readonly now: Date
}

/** Who watches. Each method is one statement. */
export interface ViewersRepository {
  findByUserId(userId: string): Promise<ViewerRow | null>
  /**
   * Makes the viewer unless there is one or they were erased and must not come back yet; answers whether it did. Of
   * requests at the same moment one makes the row.
   */
  create(viewer: NewViewer): Promise<boolean>
}

export function createViewersRepository(db: Knex): ViewersRepository {
  return {
    findByUserId: (userId) => findViewer(db, userId),

    async create({ userId, userHash, now }) {
      const time = toSqlTime(now)
      // MySQL reads the graves with a lock here, so a viewer that is being erased is either found by the erasure or not made.
      // `ignore` passes over the one key that can clash; the user id was checked, and nothing else is told from outside.
      const answer = await db.raw(
        `${insertIgnoring(db)} into viewers (user_id, created_at, updated_at)
select ?, ?, ? from (select 1 as one) as nobody
where not exists (select 1 from erased_viewers where user_hash = ? and refused_until > ?)`,
        [userId, time, time, userHash, time],
      )
      return changedRows(answer) > 0
    },
  }
}

/** The viewer with the user id, null where there is none. One statement. */
export async function findViewer(db: Knex, userId: string): Promise<ViewerRow | null> {
  const row: StoredViewer | undefined = await db('viewers').select(viewerColumns).where('user_id', userId).first()
  return row ? { ...row, createdAt: fromSqlTime(row.createdAt) } : null
}

type StoredViewer = Omit<ViewerRow, 'createdAt'> & { readonly createdAt: string }

const viewerColumns = [
  'id',
  'user_id as userId',
  'display_name as displayName',
  'region_code as regionCode',
  'maturity',
  'revision',
  'created_at as createdAt',
]

/** The first words of an insert that leaves a row alone whose key is there. */
export function insertIgnoring(db: Knex): string {
  return dialectOf(db) === 'mysql' ? 'insert ignore' : 'insert or ignore'
}
