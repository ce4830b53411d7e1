import type { Registry } from '@prometheus-io/client'

/*
 * Counters and histograms for what happens several times in every request: where a value stands is found by two or three
 * look-ups, while the client library joins label values into one text each time. They are read as the library reads its own.
 */

/** One line of a metric, as the registry prints it. */
interface Sample {
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
  readonly metricName?: string
  /** Labels that stand after those of the registry. */
  readonly sharedLabels?: Labels
}

interface MeterOptions {
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
}

type Labels = Readonly<Record<string, string>>

/** A value for every combination of label values. */
class Cells<Value> {
  readonly all: Array<{ readonly labels: Labels; readonly value: Value }> = []
  readonly #names: readonly string[]
  readonly #create: () => Value
  readonly #root = new Map<string, unknown>()

  constructor(names: readonly string[], create: () => Value) {
    this.#names = names
    this.#create = create
  }

  of(labels: Labels): Value {
    let at = this.#root
    const last = this.#names.length - 1
    for (let index = 0; index < last; index += 1) {
      const text = labels[this.#names[index] ?? ''] ?? ''
      // `as`: maps stand on all levels but the last.
      let next = at.get(text) as Map<string, unknown> | undefined
      if (!next) at.set(text, (next = new Map()))
      at = next
    }
    const text = labels[this.#names[last] ?? ''] ?? ''
    // `as`: values stand on the last level.
    return (at.get(text) as Value | undefined) ?? this.#add(at, text, labels)
  }

  #add(at: Map<string, unknown>, text: string, labels: Labels): Value {
    const value = this.#create()
    at.set(text, value)
    this.all.push({ labels: Object.fromEntries(this.#names.map((name) => [name, labels[name] ?? ''])), value })
    return value
  }
}

/** Registers a counter; answers what counts. */
export function registerCounter(registry: Registry, options: MeterOptions): (labels: Labels, value: number) => void {
  const cells = new Cells(options.labelNames, () => ({ count: 0 }))
  register(registry, options, 'counter', () => cells.all.map(({ labels, value }) => ({ labels, value: value.count })))
  return (labels, value) => {
    cells.of(labels).count += value
  }
}

/** Registers a histogram with buckets of these upper bounds, in order; answers what observes. */
export function registerHistogram(
  registry: Registry,
  options: MeterOptions,
  bounds: readonly number[],
): (labels: Labels, value: number) => void {
  const cells = new Cells(options.labelNames, () => ({ sum: 0, counts: new Float64Array(bounds.length + 1) }))
  const { name } = options
  register(registry, options, 'histogram', () =>
    cells.all.flatMap(({ labels, value: { sum, counts } }): Sample[] => {
      let count = 0
      const buckets = [...counts].map((inBucket, index): Sample => {
        count += inBucket
        return {
          metricName: `${name}_bucket`,
          labels: { le: bounds[index] ?? '+Inf' },
          sharedLabels: labels,
          value: count,
        }
      })
      return [
        ...buckets,
        { metricName: `${name}_sum`, labels: {}, sharedLabels: labels, value: sum },
        { metricName: `${name}_count`, labels: {}, sharedLabels: labels, value: count },
      ]
    }),
  )
  return (labels, value) => {
    const cell = cells.of(labels)
    let bucket = 0
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1
    cell.counts[bucket] = (cell.counts[bucket] ?? 0) + 1
    cell.sum += value
  }
}

function register(
  registry: Registry,
  { name, help }: MeterOptions,
  type: 'counter' | 'histogram',
  read: () => readonly Sample[],
): void {
  const metric = { name, help, type, aggregator: 'sum', get: async () => ({ name, help, type, values: read() }) }
  // The registry asks a metric for its name and get() and nothing else; metrics.test.ts holds it to that.
  registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0])
}
