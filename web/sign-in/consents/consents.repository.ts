import { fromSqlTime, toSqlTime } from '@movieverse/service/sql-time.ts'
import type { Knex } from 'knex'

/** The row that stands for knowing the account's id, which every app gets. */
const idScope = ''

/** What an account lets one app do. */
export interface Consent {
  readonly clientId: string
  readonly scopes: readonly string[]
  /** When the first of it was granted. */
  readonly grantedAt: Date
}

/** The table `consents`. Each method is one statement. */
export interface ConsentsRepository {
  /** Adds to what an app may do; what it may do already stays. */
  grant(accountId: string, clientId: string, scopes: readonly string[], now: Date): Promise<void>
  /** Whether an app may do all of this already. */
  covers(accountId: string, clientId: string, scopes: readonly string[]): Promise<boolean>
  /** Every app that an account lets in, by client id. */
  list(accountId: string): Promise<Consent[]>
  withdraw(accountId: string, clientId: string): Promise<void>
}

export function createConsentsRepository(db: Knex): ConsentsRepository {
  return {
    async grant(accountId: string, clientId: string, scopes: readonly string[], now: Date): Promise<void> {
      const granted_at = toSqlTime(now)
      const rows = [idScope, ...scopes].map((scope) => ({
        account_id: accountId,
        client_id: clientId,
        scope,
        granted_at,
      }))
      await db('consents').insert(rows).onConflict(['account_id', 'client_id', 'scope']).merge(['scope'])
    },

    async covers(accountId: string, clientId: string, scopes: readonly string[]): Promise<boolean> {
      const wanted = [idScope, ...scopes]
      const found: string[] = await db('consents')
        .where({ account_id: accountId, client_id: clientId })
        .whereIn('scope', wanted)
        .pluck('scope')
      return wanted.every((scope) => found.includes(scope))
    },

    async list(accountId: string): Promise<Consent[]> {
      const rows: Array<{ client_id: string; scope: string; granted_at: string }> = await db('consents')
        .where({ account_id: accountId })
        .orderBy(['client_id', 'scope'])
        .select('client_id', 'scope', 'granted_at')
      return [...Map.groupBy(rows, (row) => row.client_id)].map(([clientId, granted]) => ({
        clientId,
        scopes: granted.map(({ scope }) => scope).filter((scope) => scope !== idScope),
        grantedAt: fromSqlTime(granted.map((row) => row.granted_at).toSorted()[0] ?? ''),
      }))
    },

    async withdraw(accountId: string, clientId: string): Promise<void> {
      await db('consents').where({ account_id: accountId, client_id: clientId }).delete()
    },
  }
}
