import { fromSqlTime, toSqlTime } from '@movieverse/service/sql-time.ts'
import { insertTuples, inWriteTransaction } from '@movieverse/titles/writing/bulk-rows.ts'
import type { Knex } from 'knex'

/** A version that can be served. */
export interface ModelVersion {
  readonly id: number
  readonly titleCount: number
  readonly weightCount: number
  readonly checksum: string
  readonly settings: ModelVersionSettings
  readonly trainedAt: Date
}

/** What a version needs besides its weights. */
export interface ModelVersionSettings {
  /** The power and the mean by which ratings become confidences. */
  readonly valuePower: number
  readonly meanValue: number
  readonly [name: string]: unknown
}

/** A title and its packed targets. */
export type WeightRow = readonly [titleId: number, targets: string]

/** Somebody else trains: the version that was being written is gone. */
export class SupersededError extends Error {
  override readonly name = 'SupersededError'
}

/** Versions of the model. What is being written is seen by nobody until `activate`. */
export interface ModelsRepository {
  /** Which version is served; null before the first. */
  findActiveId(): Promise<number | null>
  /** A version that is complete. */
  findVersion(id: number): Promise<ModelVersion | null>
  /** Weights of a version by title, from after a title on. */
  listWeights(versionId: number, afterTitleId: number, limit: number): Promise<WeightRow[]>
  /** Deletes what killed trainings left and what no rollback needs, in small steps; answers how many versions. */
  clear(): Promise<number>
  begin(now: Date): Promise<number>
  /** Appends weights to a version that is being written. Throws a SupersededError where it is gone. */
  append(versionId: number, rows: readonly WeightRow[]): Promise<void>
  /** Completes a version and serves it, in one transaction. Throws a SupersededError where it is gone. */
  activate(version: ModelVersion): Promise<void>
  /** Serves the version before the present one; answers its id, null where there is none. */
  rollback(now: Date): Promise<number | null>
}

const rowsPerDelete = 200

export function createModelsRepository(db: Knex): ModelsRepository {
  return {
    async findActiveId() {
      const row: { id: number | null } | undefined = await db('model_state').select('active_version_id as id').first()
      return row?.id ?? null
    },

    async findVersion(id) {
      const row: StoredVersion | undefined = await db('model_versions')
        .select(versionColumns)
        .where({ id, state: 'READY' })
        .first()
      return row ? toVersion(row) : null
    },

    async listWeights(versionId, afterTitleId, limit) {
      const rows: Array<{ titleId: number; targets: string }> = await db('model_weights')
        .select('title_id as titleId', 'targets')
        .where('version_id', versionId)
        .where('title_id', '>', afterTitleId)
        .orderBy('title_id')
        .limit(limit)
      return rows.map(({ titleId, targets }) => [titleId, targets] as const)
    },

    clear: () => clearVersions(db),

    async begin(now) {
      const [id] = await db('model_versions').insert({
        state: 'BUILDING',
        settings: '{}',
        started_at: toSqlTime(now),
      })
      if (id === undefined) throw new Error('the database gave the new version no id')
      return id
    },

    async append(versionId, rows) {
      await inWriteTransaction(db, async (trx) => {
        const version = await trx('model_versions').where({ id: versionId, state: 'BUILDING' }).first('id')
        if (!version) throw new SupersededError('another training has begun since: this one is given up')
        const tuples = rows.map(([titleId, targets]) => [versionId, titleId, targets])
        await insertTuples(trx, 'model_weights', ['version_id', 'title_id', 'targets'], tuples)
      })
    },

    activate: (version) => activateVersion(db, version),
    rollback: (now) => rollBack(db, now),
  }
}

type StoredVersion = Omit<ModelVersion, 'settings' | 'trainedAt'> & {
  readonly settings: string
  readonly trainedAt: string
}

const versionColumns = [
  'id',
  'title_count as titleCount',
  'weight_count as weightCount',
  'checksum',
  'settings',
  'trained_at as trainedAt',
]

function toVersion(row: StoredVersion): ModelVersion {
  // `as`: what activate wrote
  const settings = JSON.parse(row.settings) as ModelVersionSettings
  return { ...row, settings, trainedAt: fromSqlTime(row.trainedAt) }
}

async function clearVersions(db: Knex): Promise<number> {
  const kept: Array<{ active: number | null; previous: number | null }> = await db('model_state').select(
    'active_version_id as active',
    'previous_version_id as previous',
  )
  const ids = kept.flatMap(({ active, previous }) => [active ?? 0, previous ?? 0])
  const old: number[] = await db('model_versions').whereNotIn('id', ids).pluck('id')
  for (const id of old) {
    // First, so that a training that still runs sees at its next batch that it is superseded.
    await db('model_versions').where({ id }).update({ state: 'BUILDING', title_count: -1 })
    for (let titleIds = await someTitles(db, id); titleIds.length > 0; titleIds = await someTitles(db, id)) {
      await db('model_weights').where('version_id', id).whereIn('title_id', titleIds).delete()
    }
    await db('model_versions').where({ id }).delete()
  }
  return old.length
}

function someTitles(db: Knex, versionId: number): Promise<number[]> {
  return db('model_weights').where('version_id', versionId).orderBy('title_id').limit(rowsPerDelete).pluck('title_id')
}

async function activateVersion(db: Knex, version: ModelVersion): Promise<void> {
  const { id, titleCount, weightCount, checksum, settings, trainedAt } = version
  const time = toSqlTime(trainedAt)
  await inWriteTransaction(db, async (trx) => {
    const completed = await trx('model_versions')
      .where({ id, state: 'BUILDING' })
      .where('title_count', '>=', 0)
      .update({
        state: 'READY',
        title_count: titleCount,
        weight_count: weightCount,
        checksum,
        settings: JSON.stringify(settings),
        trained_at: time,
      })
    if (completed === 0) throw new SupersededError('another training has begun since: this one is given up')
    const updated = await trx('model_state')
      .where({ id: 1 })
      .update({
        previous_version_id: trx.ref('active_version_id'),
        changed_at: time,
      })
    if (updated > 0) await trx('model_state').where({ id: 1 }).update({ active_version_id: id })
    else await trx('model_state').insert({ id: 1, active_version_id: id, changed_at: time })
  })
}

async function rollBack(db: Knex, now: Date): Promise<number | null> {
  return inWriteTransaction(db, async (trx) => {
    const state: { active: number | null; previous: number | null } | undefined = await trx('model_state')
      .select('active_version_id as active', 'previous_version_id as previous')
      .forUpdate()
      .first()
    if (!state || state.previous === null) return null
    await trx('model_state')
      .where({ id: 1 })
      .update({
        active_version_id: state.previous,
        previous_version_id: state.active,
        changed_at: toSqlTime(now),
      })
    return state.previous
  })
}
