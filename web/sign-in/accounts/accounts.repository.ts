import { toSqlTime } from '@movieverse/service/sql-time.ts'
import type { Knex } from 'knex'
import type { Account } from './account.ts'

export interface StoredAccount extends Account {
  readonly passwordHash: string
}

/** The table `accounts`; addresses in it are normalised. Each method is one statement. */
export interface AccountsRepository {
  /** Adds an account; answers false, and changes nothing, where its address or id is taken. */
  insert(account: StoredAccount, now: Date): Promise<boolean>
  findByEmail(email: string): Promise<StoredAccount | null>
  findById(id: string): Promise<StoredAccount | null>
  /** Replaces a hash, unless somebody else replaced it in the meantime; answers whether it did. */
  replacePasswordHash(id: string, from: string, to: string, now: Date): Promise<boolean>
  /** Deletes an account with its sessions and consents, which go by foreign key. */
  delete(id: string): Promise<void>
}

export function createAccountsRepository(db: Knex): AccountsRepository {
  const columns = { id: 'id', email: 'email', name: 'name', passwordHash: 'password_hash' } as const
  return {
    async insert({ id, email, name, passwordHash }: StoredAccount, now: Date): Promise<boolean> {
      const time = toSqlTime(now)
      const row = { id, email, name, password_hash: passwordHash, created_at: time, updated_at: time }
      try {
        await db('accounts').insert(row)
        return true
      } catch (error) {
        if (isDuplicate(error)) return false
        throw error
      }
    },

    async findByEmail(email: string): Promise<StoredAccount | null> {
      const row: StoredAccount | undefined = await db('accounts').where({ email }).first(columns)
      return row ?? null
    },

    async findById(id: string): Promise<StoredAccount | null> {
      const row: StoredAccount | undefined = await db('accounts').where({ id }).first(columns)
      return row ?? null
    },

    async replacePasswordHash(id: string, from: string, to: string, now: Date): Promise<boolean> {
      const changes = { password_hash: to, updated_at: toSqlTime(now) }
      return (await db('accounts').where({ id, password_hash: from }).update(changes)) > 0
    },

    async delete(id: string): Promise<void> {
      await db('accounts').where({ id }).delete()
    },
  }
}

const duplicates = new Set(['ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'])

function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && duplicates.has(String(error.code))
}
