import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { servedModel, type ServedModel } from './model.ts'
import type { ModelsRepository, ModelVersion } from './models.repository.ts'
import { decodeTargets, type Targets } from './weights-codec.ts'

/** Keeps the served model in memory. */
export interface ModelStore {
  /** The model to serve now; null where there is none, or it is too old or broken. */
  current(now: Date): ServedModel | null
  /**
   * Loads the active version where it is another one. What was served stays until the new one is whole, and where it
   * turns out to be broken.
   */
  refresh(activeId: number | null): Promise<void>
  /** The version in memory, whether or not it is too old. */
  readonly loaded: ServedModel | null
}

export interface ModelStoreOptions {
  readonly models: ModelsRepository
  readonly maxAgeMs: number
  /** Told once for each version that cannot be served. */
  readonly onBroken: (versionId: number, error: unknown) => void
}

export function createModelStore({ models, maxAgeMs, onBroken }: ModelStoreOptions): ModelStore {
  let loaded: ServedModel | null = null
  let tried: number | null = null
  let loading: Promise<void> | undefined

  async function load(activeId: number): Promise<void> {
    try {
      loaded = await loadModel(models, activeId)
      tried = activeId
    } catch (error) {
      // A database that is away for a moment is tried again; weights that are wrong stay wrong, and the version
      // before them goes on as long as this process has it.
      if (error instanceof BrokenModelError) tried = activeId
      onBroken(activeId, error)
    }
  }

  return {
    current: (now) => (loaded && now.getTime() - loaded.version.trainedAt.getTime() <= maxAgeMs ? loaded : null),
    async refresh(activeId) {
      if (loading) return loading
      if (activeId === tried) return
      if (activeId === null) {
        loaded = null
        tried = null
        return
      }
      loading = load(activeId).finally(() => (loading = undefined))
      return loading
    },
    get loaded() {
      return loaded
    },
  }
}

/** A version whose weights are not those that were trained. */
export class BrokenModelError extends Error {
  override readonly name = 'BrokenModelError'
}

const rowsAtOnce = 250

/** Reads a version whole. Throws a BrokenModelError where it is not what its checksum says. */
export async function loadModel(models: ModelsRepository, id: number): Promise<ServedModel> {
  const version = await models.findVersion(id)
  if (!version) throw new BrokenModelError(`model version ${id} is not complete`)
  const targets = new Map<number, Targets>()
  const hash = createHash('sha256')
  for (let after = 0; ;) {
    const rows = await models.listWeights(id, after, rowsAtOnce)
    for (const [titleId, text] of rows) {
      hash.update(`${titleId}:${text}\n`)
      targets.set(titleId, decode(id, text))
      after = titleId
    }
    if (rows.length < rowsAtOnce) break
    // Requests come first: on SQLite reading never waits.
    await nextTurn()
  }
  check(version, targets.size, hash.digest('hex'))
  return servedModel(version, targets)
}

function decode(id: number, text: string): Targets {
  try {
    return decodeTargets(text)
  } catch (error) {
    throw new BrokenModelError(`model version ${id} cannot be read`, { cause: error })
  }
}

function check({ id, titleCount, checksum, settings }: ModelVersion, count: number, digest: string): void {
  const isWhole = count === titleCount && digest === checksum
  if (!isWhole) throw new BrokenModelError(`model version ${id} has other weights than were trained`)
  if (!Number.isFinite(settings.meanValue) || !Number.isFinite(settings.valuePower))
    throw new BrokenModelError(`model version ${id} lacks its settings`)
}
