import { createHash } from 'node:crypto'
import { toSqlTime } from '@movieverse/service/sql-time.ts'
import type { Knex } from 'knex'
import { inTransaction } from './transactions.ts'
import { erasedError } from './current-viewer.ts'
import { refused, type Outcome } from './user-errors.ts'

/** A change that a viewer asked for. */
export interface ChangeRequest {
  readonly viewerId: number
  /** The name of the mutation. */
  readonly operation: string
  /** What it was asked to do, the key left out: a key that comes with something else is no repetition. */
  readonly input: unknown
  readonly idempotencyKey: string | null
  readonly now: Date
}

/** An outcome, and whether it is that of the first time the key came. */
export type ChangeResult<Value> = Outcome<Value> & { readonly isReplay: boolean }

/** For how long a key is remembered. */
export const keyLifetimeMs = 24 * 3_600_000

/**
 * Runs a viewer's change in a transaction that holds the viewer's row, so that one viewer's changes happen one after the
 * other. With a key, what it comes to is kept beside it and answered again, times included, for 24 hours; a change that
 * throws leaves nothing. Throws UNAUTHENTICATED where the viewer has been erased in the meantime.
 */
export async function runChange<Value>(
  db: Knex,
  request: ChangeRequest,
  work: (trx: Knex.Transaction) => Promise<Outcome<Value>>,
): Promise<ChangeResult<Value>> {
  return inTransaction(db, async (trx) => {
    await holdViewer(trx, request.viewerId)
    const known = await findResult<Value>(trx, request)
    if (known) return known
    const outcome = await work(trx)
    await keepResult(trx, request, outcome)
    return { ...outcome, isReplay: false }
  })
}

/** Locks the viewer's row. On SQLite the transaction must begin with a write, or it could not wait for another one. */
async function holdViewer(trx: Knex, viewerId: number): Promise<void> {
  const held = await trx('viewers').where('id', viewerId).update('id', viewerId)
  if (held === 0) throw erasedError()
}

async function findResult<Value>(trx: Knex, request: ChangeRequest): Promise<ChangeResult<Value> | null> {
  const { viewerId, idempotencyKey, now } = request
  if (idempotencyKey === null) return null
  const row: { requestHash: string; result: string } | undefined = await trx('idempotency_keys')
    .select('request_hash as requestHash', 'result')
    .where({ viewer_id: viewerId, idempotency_key: idempotencyKey })
    .where('expires_at', '>', toSqlTime(now))
    .first()
  if (!row) return null
  if (row.requestHash !== hashOf(request)) {
    const reused = refused(
      'KeyReused',
      'input.idempotencyKey',
      'This key came before with another request: use a new one',
    )
    return { ...reused, isReplay: false }
  }
  // `as`: what the same operation wrote under the same key.
  return { ...(JSON.parse(row.result, reviveTime) as Outcome<Value>), isReplay: true }
}

async function keepResult<Value>(trx: Knex, request: ChangeRequest, outcome: Outcome<Value>): Promise<void> {
  const { viewerId, idempotencyKey, now } = request
  if (idempotencyKey === null) return
  // Found first and deleted by their keys: MySQL would lock the gap where there is nothing to delete, into which the next
  // viewer wants to insert, too.
  const expired: string[] = await trx('idempotency_keys')
    .where('viewer_id', viewerId)
    .where('expires_at', '<=', toSqlTime(now))
    .pluck('idempotency_key')
  if (expired.length > 0) {
    await trx('idempotency_keys').where('viewer_id', viewerId).whereIn('idempotency_key', expired).delete()
  }
  await trx('idempotency_keys').insert({
    viewer_id: viewerId,
    idempotency_key: idempotencyKey,
    request_hash: hashOf(request),
    result: JSON.stringify(outcome),
    created_at: toSqlTime(now),
    expires_at: toSqlTime(new Date(now.getTime() + keyLifetimeMs)),
  })
}

function hashOf({ operation, input }: ChangeRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([operation, input]))
    .digest('hex')
}

/** Times are the properties whose names end in `At`, as everywhere in rows. */
function reviveTime(name: string, value: unknown): unknown {
  return name.endsWith('At') && typeof value === 'string' ? new Date(value) : value
}
