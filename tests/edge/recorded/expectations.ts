import type { Hit } from './upstream.ts'
import type { Reply } from './wire.ts'

/** What a step of a case expects; only what is named is compared. */
export interface Expectation {
  readonly status?: unknown
  readonly headers?: Readonly<Record<string, unknown>>
  readonly json?: unknown
  readonly text?: unknown
  readonly body_length?: unknown
  readonly truncated?: unknown
  readonly interim?: unknown
  readonly ws?: unknown
  readonly next?: unknown
  readonly closed?: unknown
  readonly upstream?: Readonly<Record<string, unknown>>
  readonly metrics?: readonly MetricExpectation[]
  readonly log?: unknown
}

interface MetricExpectation {
  readonly name: string
  readonly labels?: Readonly<Record<string, string>>
  readonly present?: boolean
  readonly value?: number
  readonly above?: string
  readonly by?: number
}

/** How an answer differs from what a step expects, as readable lines. */
export function differences(expected: Expectation, reply: Reply, hits: readonly Hit[], log: unknown): string[] {
  const { headers = {}, upstream, metrics = [] } = expected
  const found = {
    status: reply.status,
    json: jsonOf(reply),
    text: reply.body.toString(),
    body_length: reply.body.length,
    truncated: reply.truncated,
    interim: reply.interim,
    ws: reply.ws,
    next: reply.next,
    closed: reply.closed,
    log,
  }
  return [
    ...Object.entries(found).flatMap(
      ([name, got]) => (name in expected ? compare(expected[name as keyof Expectation], got, name) : []), // `as`: it is one of its names
    ),
    ...Object.entries(headers).flatMap(([name, want]) => compare(want, reply.headers[name], `header ${name}`)),
    ...metrics.flatMap((metric) => compareMetric(metric, reply.body.toString())),
    ...(upstream ? compareHits(upstream, hits) : []),
  ]
}

/** A parsed body, undefined where it is no JSON. */
export function jsonOf({ body }: Reply): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

/** The sum of a metric's samples whose labels include the given ones; undefined where there are none. */
export function sumOf(text: string, name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
  const values = text.split('\n').flatMap((line) => {
    const [, metric, given = '', value] = /^([a-zA-Z0-9_:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    if (metric !== name) return []
    const have = new Map([...given.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, text_]) => [label, text_]))
    return Object.entries(labels).every(([label, wanted]) => have.get(label) === wanted) ? [Number(value)] : []
  })
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0)
}

function compareMetric(
  { name, labels = {}, present, value, above, by = 0 }: MetricExpectation,
  text: string,
): string[] {
  const got = sumOf(text, name, labels)
  const where = `metric ${name}${JSON.stringify(labels)}`
  return [
    ...(present === undefined ? [] : compare(present, got !== undefined, where)),
    ...(value === undefined ? [] : compare(value, got, where)),
    ...(above === undefined ? [] : compare(Number(above) + by, got ?? 0, where)),
  ]
}

function compareHits(expected: Readonly<Record<string, unknown>>, hits: readonly Hit[]): string[] {
  const last = hits.at(-1)
  const ports: Record<string, number> = {}
  for (const { port } of hits) ports[port] = (ports[port] ?? 0) + 1
  const found: Readonly<Record<string, unknown>> = { ...last, count: hits.length, ports }
  const strange = 'ports' in expected && Object.keys(ports).some((port) => !(port in Object(expected['ports'])))
  return [
    ...Object.entries(expected).flatMap(([name, want]) => compare(want, found[name], `upstream.${name}`)),
    ...(strange ? [`upstream.ports: got ${JSON.stringify(ports)}`] : []),
  ]
}

/** Objects are compared by the names that are expected, lists by every item; `{"regex": …}` stands for any match. */
function compare(want: unknown, got: unknown, where: string): string[] {
  const difference = [`${where}: expected ${JSON.stringify(want)}, got ${JSON.stringify(got) ?? 'nothing'}`]
  if (want === null) return got === undefined || got === null ? [] : difference
  if (typeof want !== 'object') return want === got ? [] : difference
  if ('regex' in want && typeof want.regex === 'string') {
    const isPlain = typeof got === 'string' || typeof got === 'number' || typeof got === 'boolean'
    return isPlain && new RegExp(want.regex).test(String(got)) ? [] : difference
  }
  if (Array.isArray(want)) {
    if (!Array.isArray(got) || got.length !== want.length) return difference
    return want.flatMap((item, index) => compare(item, got[index], `${where}[${index}]`))
  }
  if (typeof got !== 'object' || got === null) return difference
  return Object.entries(want).flatMap(([name, item]) => compare(item, Reflect.get(got, name), `${where}.${name}`))
}
