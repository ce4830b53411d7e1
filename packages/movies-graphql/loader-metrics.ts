import type { Meters } from '@movieverse/service/metrics.ts'

/** Answers what counts the sizes of a loader's batches, by the loader's name. */
export type LoaderMetrics = (loader: string) => (size: number) => void

const sizes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]

/** Makes the histogram in an app's registry, once. */
export function createLoaderMetrics(meters: Meters): LoaderMetrics {
  const batches = meters.histogram(
    {
      name: 'movieverse_loader_batch_size',
      help: 'Keys that a loader asked for in one call of its repository.',
      labelNames: ['loader'],
    },
    sizes,
  )
  const known = new Map<string, (size: number) => void>()
  return (loader) => {
    let observe = known.get(loader)
    if (!observe) known.set(loader, (observe = (size) => batches.observe({ loader }, size)))
    return observe
  }
}
