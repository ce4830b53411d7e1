import { createReferenceRepository } from '@movieverse/titles/reference/reference.repository.ts'
import type { Knex } from 'knex'
import { streamFeedback } from '@movieverse/viewers/feedback-lists.ts'
import { historyTable, ratingsTable } from '@movieverse/viewers/feedback-tables.ts'
import { createCatalogueStore } from '../catalogue/catalogue-store.ts'
import { createCatalogueRepository } from '../catalogue/catalogue.repository.ts'
import type { ServedModel } from '../models/model.ts'
import { createModelStore } from '../models/model-store.ts'
import { createModelsRepository } from '../models/models.repository.ts'
import { createPopularityCounter, type Popularity } from '../popularity/popularity.ts'
import { listViewerRegions } from '../popularity/viewer-regions.ts'
import type { Knowledge } from '../ranking/recommender.ts'

/** What every list is made of, kept in memory. */
export interface KnowledgeStore {
  /** Titles and model as they are in the database at this moment; reads only what has changed. */
  current(now: Date): Promise<Knowledge>
  /** Counts anew what is popular. */
  countPopularity(now: Date): Promise<void>
  /** Reads all facts of titles again. */
  reloadTitles(): Promise<void>
  readonly loadedModel: ServedModel | null
}

export interface KnowledgeOptions {
  readonly modelMaxAgeMs: number
  readonly onBrokenModel: (versionId: number, error: unknown) => void
}

export function createKnowledgeStore(db: Knex, { modelMaxAgeMs, onBrokenModel }: KnowledgeOptions): KnowledgeStore {
  const repository = createCatalogueRepository(db)
  const titles = createCatalogueStore(repository)
  const models = createModelStore({
    models: createModelsRepository(db),
    maxAgeMs: modelMaxAgeMs,
    onBroken: onBrokenModel,
  })
  let genreNames: ReadonlyMap<string, string> | undefined
  let popularity: Popularity = createPopularityCounter(() => undefined, 0).result(titles.catalogue)
  let freshness: ReturnType<typeof repository.findFreshness> | undefined

  /** Requests that ask while an answer is on its way share it. */
  function findFreshness(): ReturnType<typeof repository.findFreshness> {
    freshness ??= repository.findFreshness().finally(() => (freshness = undefined))
    return freshness
  }

  return {
    async current(now) {
      const { changeId, activeModelId } = await findFreshness()
      await titles.refresh(changeId)
      const loading = models.refresh(activeModelId)
      // The first model is waited for; while a new one loads, the one before it answers.
      if (!models.loaded) await loading
      genreNames ??= await readGenreNames(db)
      return { catalogue: titles.catalogue, model: models.current(now), popularity, genreNames }
    },
    async countPopularity(now) {
      const regions = await listViewerRegions(db)
      const counter = createPopularityCounter((viewerId) => regions.get(viewerId), now.getTime())
      for await (const rows of streamFeedback(db, ratingsTable)) {
        for (const { titleId, viewerId, ratedAt } of rows) counter.add({ titleId, viewerId, at: ratedAt.getTime() })
      }
      for await (const rows of streamFeedback(db, historyTable)) {
        for (const { titleId, viewerId, watchedAt } of rows) counter.add({ titleId, viewerId, at: watchedAt.getTime() })
      }
      popularity = counter.result(titles.catalogue)
    },
    async reloadTitles() {
      await titles.reload()
      genreNames = await readGenreNames(db)
    },
    get loadedModel() {
      return models.loaded
    },
  }
}

async function readGenreNames(db: Knex): Promise<Map<string, string>> {
  const genres = await createReferenceRepository(db).listGenres()
  return new Map(genres.map(({ code, name }) => [code, name]))
}
