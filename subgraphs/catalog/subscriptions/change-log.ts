import type { AvailabilityRepository } from '@movieverse/titles/availability/availability.repository.ts'
import type { AvailabilityChangeRow } from '@movieverse/titles/rows.ts'

type ChangesSource = Pick<AvailabilityRepository, 'listChangesAfter' | 'findLatestChangeId'>

/** Changes that are read at once, and told at once at most. */
const pageSize = 500

/** How far behind the latest id the first read begins, for transactions that were under way then. */
const overlap = 500

/** How long an id that was skipped may still appear: its transaction began before a later one that is visible. */
const settleMs = 15_000

/** Ids beyond the first missing one that are remembered at most; then the missing one is given up. */
const rememberedAtMost = 20_000

/**
 * Reads what is new in the log of availability changes, each change once. Ids are given out before their transactions
 * commit, so that a smaller one may become visible after a larger: everything from the first missing id on is read
 * again, until that id appears or has had its time.
 */
export class ChangeLog {
  readonly #source: ChangesSource
  /** Every id up to here is told, or will never be. */
  #floor = 0
  /** Ids above the floor that are told. */
  readonly #told = new Set<number>()
  /** When the id after the floor was first missed. */
  #missedSince: number | null = null

  constructor(source: ChangesSource) {
    this.#source = source
  }

  /** Takes everything that is visible now as told. */
  async begin(now: number): Promise<void> {
    this.#floor = Math.max(0, (await this.#source.findLatestChangeId()) - overlap)
    this.#told.clear()
    this.#missedSince = null
    while ((await this.readNew(now)).length > 0);
  }

  /** What became visible since the last call, by id; `pageSize` changes at most, the rest by further calls. */
  async readNew(now: number): Promise<AvailabilityChangeRow[]> {
    const fresh: AvailabilityChangeRow[] = []
    let after = this.#floor
    for (;;) {
      const page = await this.#source.listChangesAfter(after, pageSize)
      for (const change of page) {
        if (fresh.length < pageSize && !this.#told.has(change.id)) fresh.push(change)
      }
      after = page.at(-1)?.id ?? after
      if (page.length < pageSize || fresh.length >= pageSize) break
    }
    for (const { id } of fresh) this.#told.add(id)
    this.#settle(now)
    return fresh
  }

  /** Moves the floor over ids that are told, and over a missing one whose time is up. */
  #settle(now: number): void {
    while (this.#told.size > 0) {
      if (this.#told.delete(this.#floor + 1)) {
        this.#floor += 1
        this.#missedSince = null
        continue
      }
      this.#missedSince ??= now
      const isOver = now - this.#missedSince >= settleMs || this.#told.size > rememberedAtMost
      if (!isOver) return
      // The whole gap was missed at the same time.
      this.#floor = Math.min(...this.#told) - 1
    }
  }
}
