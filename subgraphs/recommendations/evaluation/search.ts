/** Walks from one setting to better ones, each judged by a number; remembers the best. */
export interface Search<Settings> {
  /** Tries each and moves to the best where it is better than what there is. */
  improve(candidates: readonly Settings[]): Promise<void>
  /** Follows one change while it improves. */
  follow(change: (settings: Settings) => Settings): Promise<boolean>
  readonly best: Settings
  readonly score: number
}

/** Begins a search; `judge` is asked once for each different setting. */
export async function beginSearch<Settings>(
  start: Settings,
  judge: (settings: Settings) => Promise<number>,
): Promise<Search<Settings>> {
  const judged = new Map<string, number>()
  const scoreOf = async (settings: Settings): Promise<number> => {
    const key = JSON.stringify(settings)
    const score = judged.get(key) ?? (await judge(settings))
    judged.set(key, score)
    return score
  }
  let best = start
  let score = await scoreOf(start)
  const consider = async (settings: Settings): Promise<boolean> => {
    const found = await scoreOf(settings)
    if (found <= score) return false
    best = settings
    score = found
    return true
  }
  return {
    async improve(candidates) {
      for (const candidate of candidates) await consider(candidate)
    },
    async follow(change) {
      let moved = false
      while (await consider(change(best))) moved = true
      return moved
    },
    get best() {
      return best
    },
    get score() {
      return score
    },
  }
}
