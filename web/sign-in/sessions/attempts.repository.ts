import { toSqlTime } from '@movieverse/service/sql-time.ts'
import type { Knex } from 'knex'

/** Whose attempt it is and from where, as keyed hashes. */
export interface AttemptKeys {
  readonly account: string
  readonly address: string
}

export interface AttemptCounts {
  readonly pair: number
  readonly account: number
  readonly address: number
}

/** Since when attempts count: those of one account from one address, and those of either. */
export interface AttemptWindows {
  readonly pairSince: Date
  readonly since: Date
}

/** The table `sign_in_attempts`. Each method is one statement. */
export interface AttemptsRepository {
  /** Notes an attempt and answers its id; ids grow with time. */
  insert(keys: AttemptKeys, now: Date): Promise<number>
  /** How many attempts there were up to and with one of them. */
  count(id: number, keys: AttemptKeys, windows: AttemptWindows): Promise<AttemptCounts>
  delete(id: number): Promise<void>
  /** Forgets what one account failed at from one address. */
  deletePair(keys: AttemptKeys): Promise<void>
  /** Answers how many attempts it deleted. */
  deleteBefore(time: Date): Promise<number>
}

export function createAttemptsRepository(db: Knex): AttemptsRepository {
  return {
    async insert({ account, address }: AttemptKeys, now: Date): Promise<number> {
      const [id] = await db('sign_in_attempts').insert({
        account_key: account,
        address_key: address,
        attempted_at: toSqlTime(now),
      })
      return Number(id)
    },

    async count(id: number, keys: AttemptKeys, { pairSince, since }: AttemptWindows): Promise<AttemptCounts> {
      const row: Record<keyof AttemptCounts, unknown> = await db('sign_in_attempts')
        .where('id', '<=', id)
        .where('attempted_at', '>', toSqlTime(since))
        .where(function either() {
          void this.where('account_key', keys.account).orWhere('address_key', keys.address)
        })
        .first(
          db.raw('sum(case when account_key = ? and address_key = ? and attempted_at > ? then 1 else 0 end) as pair', [
            keys.account,
            keys.address,
            toSqlTime(pairSince),
          ]),
          db.raw('sum(case when account_key = ? then 1 else 0 end) as account', [keys.account]),
          db.raw('sum(case when address_key = ? then 1 else 0 end) as address', [keys.address]),
        )
      return { pair: Number(row.pair), account: Number(row.account), address: Number(row.address) }
    },

    async delete(id: number): Promise<void> {
      await db('sign_in_attempts').where({ id }).delete()
    },

    async deletePair({ account, address }: AttemptKeys): Promise<void> {
      await db('sign_in_attempts').where({ account_key: account, address_key: address }).delete()
    },

    async deleteBefore(time: Date): Promise<number> {
      return db('sign_in_attempts').where('attempted_at', '<=', toSqlTime(time)).delete()
    },
  }
}
