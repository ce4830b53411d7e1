import { setImmediate as nextTurn } from 'node:timers/promises'
import { createCatalogue, type Catalogue } from './catalogue.ts'
import type { CatalogueRepository } from './catalogue.repository.ts'

/** Keeps titles in memory and up to date. */
export interface CatalogueStore {
  readonly catalogue: Catalogue
  /** Reads what changed up to a change of the log; reads of one moment are one. */
  refresh(changeId: number): Promise<void>
  /** Reads everything again, for facts that change without their availability. */
  reload(): Promise<void>
}

const titlesAtOnce = 500
/** More than so many changed titles are read together with all others. */
const changesAtOnce = 1000

export function createCatalogueStore(repository: CatalogueRepository): CatalogueStore {
  const catalogue = createCatalogue()
  let known: number | undefined
  let working: Promise<void> = Promise.resolve()

  async function readAll(): Promise<void> {
    const { changeId } = await repository.findFreshness()
    const met = new Set<number>()
    for (let after = 0; ;) {
      const ids = await repository.listIds(after, titlesAtOnce)
      catalogue.put(await repository.listFacts(ids))
      for (const id of ids) met.add(id)
      after = ids.at(-1) ?? after
      if (ids.length < titlesAtOnce) break
      // Requests come first: on SQLite reading never waits.
      await nextTurn()
    }
    catalogue.put(
      [],
      placesOf(catalogue).filter((id) => !met.has(id)),
    )
    known = changeId
  }

  async function readChanges(changeId: number): Promise<void> {
    if (changeId === known) return
    const ids =
      known === undefined || changeId < known
        ? []
        : await repository.listChangedTitles(known, changeId, changesAtOnce + 1)
    if (ids.length === 0 || ids.length > changesAtOnce) return readAll()
    const facts = await repository.listFacts(ids)
    const found = new Set(facts.map(({ id }) => id))
    catalogue.put(
      facts,
      ids.filter((id) => !found.has(id)),
    )
    known = changeId
  }

  /** One after the other; a failure is its own caller's alone. */
  function enqueue(work: () => Promise<void>): Promise<void> {
    const done = working.then(work, work)
    working = done.catch(() => {})
    return done
  }

  return {
    catalogue,
    refresh: (changeId) => (changeId === known ? Promise.resolve() : enqueue(() => readChanges(changeId))),
    reload: () => enqueue(readAll),
  }
}

function placesOf(catalogue: Catalogue): number[] {
  return Array.from({ length: catalogue.size }, (_, place) => catalogue.at(place).id)
}
