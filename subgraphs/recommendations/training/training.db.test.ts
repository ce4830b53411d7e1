import { toSqlTime } from '@movieverse/service/sql-time.ts'
import { migrate } from '@movieverse/service/migrations.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '../../../tests/support/command.ts'
import { createTestDatabase, dialects, type TestDatabase } from '../../../tests/support/databases.ts'
import { createModelStore, loadModel } from '../models/model-store.ts'
import { createModelsRepository, SupersededError } from '../models/models.repository.ts'
import { encodeTargets } from '../models/weights-codec.ts'
import { writeTastePlatform } from '../testing/taste-platform.ts'
import { trainIfUntrained } from './train-if-untrained.ts'
import { TooLittleDataError, trainModel } from './train.ts'

const now = new Date('2026-11-01T00:00:00Z')

describe.each(dialects())('training on %s', (dialect) => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await writeTastePlatform(database.db)
  })
  afterAll(() => database[Symbol.asyncDispose]())

  const train = () => trainModel(database.db, { now, isQuick: true })
  const storedVersions = async (): Promise<Set<number>> =>
    new Set(await database.db('model_weights').distinct('version_id').pluck('version_id'))

  test('a training serves a new version and keeps the one before it, no more', async () => {
    const models = createModelsRepository(database.db)
    expect(await models.findActiveId()).toBeNull()
    const [first, second, third] = [await train(), await train(), await train()]
    expect(await models.findActiveId()).toBe(third.versionId)
    expect([first.cleared, second.cleared, third.cleared]).toEqual([0, 0, 1])
    expect(await storedVersions()).toEqual(new Set([second.versionId, third.versionId]))
    const { targets, version } = await loadModel(models, third.versionId)
    expect([targets.size, version.weightCount]).toEqual([third.titles, third.weights])
  })

  test('a rollback serves the version before, and another one goes back', async () => {
    const models = createModelsRepository(database.db)
    const [before, after] = [await train(), await train()]
    expect(await models.rollback(now)).toBe(before.versionId)
    expect(await models.findActiveId()).toBe(before.versionId)
    expect(await models.rollback(now)).toBe(after.versionId)
  })

  test('a first model is made only where there is none', async () => {
    expect(await trainIfUntrained(database.db, now)).toBeNull()
  })

  test('the same data give the same weights', async () => {
    const models = createModelsRepository(database.db)
    const [first, second] = [await train(), await train()]
    const checksum = async (id: number): Promise<string | undefined> => (await models.findVersion(id))?.checksum
    expect(await checksum(second.versionId)).toBe(await checksum(first.versionId))
  })

  test('a training that is killed while it writes changes nothing that is served, and the next one clears it', async () => {
    const { versionId } = await train()
    const models = createModelsRepository(database.db)
    // Should the signal come late on a busy machine, the switch is still not reached.
    const hold =
      dialect === 'sqlite'
        ? "create trigger hold before update on model_versions when new.state = 'READY' begin select raise(abort, 'held'); end"
        : "create trigger hold before update on model_versions for each row begin if new.state = 'READY' then signal sqlstate '45000'; end if; end"
    await database.db.raw(hold)
    await using killed = runCommand(['scripts/train.ts', '--quick'], { DATABASE_URL: database.url })
    await killed.printed('writing 25 %')
    killed.signal('SIGKILL')
    await killed.ended
    await database.db.raw('drop trigger hold')
    expect(await models.findActiveId()).toBe(versionId)
    await expect(loadModel(models, versionId)).resolves.toMatchObject({ version: { id: versionId } })
    const leftovers = await database.db('model_versions').where('state', 'BUILDING').pluck('id')
    expect(leftovers).toHaveLength(1)
    expect(await models.findVersion(leftovers[0])).toBeNull()
    const next = await train()
    expect(next.cleared).toBeGreaterThanOrEqual(1)
    expect(await database.db('model_versions').where('state', 'BUILDING')).toEqual([])
    expect(await storedVersions()).toEqual(new Set([versionId, next.versionId]))
  })

  test('a training that another one overtakes is given up, and what is served stays whole', async () => {
    const models = createModelsRepository(database.db)
    const slow = await models.begin(now)
    const targets = encodeTargets({ titleIds: Int32Array.of(1), weights: Float32Array.of(1) })
    await models.append(slow, [[1, targets]])
    const fast = await train()
    await expect(models.append(slow, [[2, targets]])).rejects.toThrow(SupersededError)
    const settings = { valuePower: 0, meanValue: 1 }
    const late = { id: slow, titleCount: 1, weightCount: 1, checksum: 'a'.repeat(64), settings, trainedAt: now }
    await expect(models.activate(late)).rejects.toThrow(SupersededError)
    expect(await models.findActiveId()).toBe(fast.versionId)
  })

  test('what is in memory changes with the active version, and survives one that is broken', async () => {
    const models = createModelsRepository(database.db)
    const broken: number[] = []
    const store = createModelStore({ models, maxAgeMs: 1000, onBroken: (id) => broken.push(id) })
    const served = (): number | undefined => store.current(now)?.version.id
    const first = await train()
    await store.refresh(first.versionId)
    expect(served()).toBe(first.versionId)
    const second = await train()
    await store.refresh(await models.findActiveId())
    expect(served()).toBe(second.versionId)
    const third = await train()
    const { title_id: lost } = await database.db('model_weights').where('version_id', third.versionId).first('title_id')
    await database.db('model_weights').where({ version_id: third.versionId, title_id: lost }).delete()
    await store.refresh(third.versionId)
    await store.refresh(third.versionId)
    expect([served(), broken]).toEqual([second.versionId, [third.versionId]])
    expect(store.current(new Date(now.getTime() + 1001))).toBeNull()
    await store.refresh(null)
    expect(served()).toBeUndefined()
  })

  test('every write while training takes less than 100 ms on SQLite', async () => {
    const started = new Map<string, number>()
    const slow: string[] = []
    const onQuery = ({ __knexQueryUid: id }: { __knexQueryUid: string }): void =>
      void started.set(id, performance.now())
    const onResponse = (
      _response: unknown,
      { __knexQueryUid: id, sql }: { __knexQueryUid: string; sql: string },
    ): void => {
      if (/^(insert|update|delete)/.test(sql) && performance.now() - (started.get(id) ?? 0) > 100) slow.push(sql)
    }
    database.db.on('query', onQuery).on('query-response', onResponse)
    await train()
    database.db.removeListener('query', onQuery).removeListener('query-response', onResponse)
    expect(dialect === 'sqlite' ? slow : []).toEqual([])
  })

  test('too little to learn from is refused, and what is served stays', async () => {
    await using empty = await createTestDatabase(dialect)
    await migrate(empty.db)
    const time = toSqlTime(now)
    await empty.db('viewers').insert({ user_id: 'alone', created_at: time, updated_at: time })
    await expect(trainModel(empty.db, { now })).rejects.toThrow(TooLittleDataError)
    expect(await trainIfUntrained(empty.db, now)).toBeNull()
    expect(await empty.db('model_versions')).toEqual([])
  })
})
