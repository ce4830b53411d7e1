import { regions } from '@movieverse/regions/regions.ts'
import { createAvailabilityRepository } from '@movieverse/titles/availability/availability.repository.ts'
import type { Meters, Readings } from '@movieverse/service/metrics.ts'
import type { Knex } from 'knex'
import { ChangeLog } from '../subscriptions/change-log.ts'

const kinds = ['ADDED', 'CHANGED', 'REMOVED'] as const

/** Pages of the log that one scrape reads at most; what is left is counted by the next. */
const pagesAtMost = 40

/**
 * Counts what imports and operators change: they run as commands, which nobody scrapes, so the log that they write is
 * read at every scrape. Every process of this service counts them all, from its first scrape on.
 */
export function measureChanges({ meters }: { readonly meters: Meters }, db: Knex): void {
  const log = new ChangeLog(createAvailabilityRepository(db))
  const counts = new Map<string, number>(
    regions.flatMap(({ code }) => kinds.map((kind) => [`${code} ${kind}`, 0] as const)),
  )
  let begun = false
  let reading: Promise<void> | undefined
  const readNew = async (): Promise<void> => {
    if (!begun) await log.begin(Date.now())
    begun = true
    for (let page = 0; page < pagesAtMost; page += 1) {
      const changes = await log.readNew(Date.now())
      if (changes.length === 0) return
      for (const { regionCode, kind } of changes) {
        const key = `${regionCode} ${kind}`
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
    }
  }
  meters.totals(
    {
      name: 'movieverse_availability_changes_total',
      help: 'Availabilities that were added, changed and removed, by region; each process counts them all.',
      labelNames: ['region', 'kind'],
    },
    async () => {
      reading ??= readNew().finally(() => (reading = undefined))
      await reading
      return readingsOf(counts)
    },
  )
}

function readingsOf(counts: ReadonlyMap<string, number>): Readings<'region' | 'kind'> {
  return [...counts].map(([key, count]) => {
    const [region = '', kind = ''] = key.split(' ')
    return [{ region, kind }, count] as const
  })
}
