import type { KnowledgeStore } from './knowledge-store.ts'

/** How often, in milliseconds, what changes without a sign is read again. */
export interface UpkeepOptions {
  readonly popularityMs: number
  readonly titlesMs: number
  readonly onError: (error: unknown) => void
}

/** Keeps popularity and facts fresh in the background; answers what stops it. */
export function startUpkeep(store: KnowledgeStore, { popularityMs, titlesMs, onError }: UpkeepOptions): () => void {
  const timers = [
    every(popularityMs, () => store.countPopularity(new Date()), onError),
    every(titlesMs, () => store.reloadTitles(), onError),
  ]
  return () => {
    for (const timer of timers) clearInterval(timer)
  }
}

/** Runs the work again and again, never twice at a time. */
function every(ms: number, work: () => Promise<void>, onError: (error: unknown) => void): NodeJS.Timeout {
  let isRunning = false
  const timer = setInterval(() => {
    if (isRunning) return
    isRunning = true
    work()
      .catch(onError)
      .finally(() => (isRunning = false))
  }, ms)
  return timer.unref()
}
