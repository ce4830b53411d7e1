import type { Meters } from '@movieverse/service/metrics.ts'

/** Counts plans that are found and made. */
export function createPlanCounter(meters: Meters): (isNew: boolean) => void {
  const plans = meters.counter({
    name: 'movieverse_plans_total',
    help: 'Operations that were planned, and whether their plan was at hand (hit) or had to be made (miss).',
    labelNames: ['cache'],
  })
  return (isNew) => plans.inc({ cache: isNew ? 'miss' : 'hit' })
}
