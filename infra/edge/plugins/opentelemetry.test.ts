import { expect, test } from 'vitest'
import { exchangeOf, pluginOf, refusalsOf } from '../../../tests/edge/support/plugin-bench.ts'
import { logEntryOf } from './log-entry.ts'
import { opentelemetry } from './opentelemetry.ts'

const config = {
  traces_endpoint: 'http://127.0.0.1:4318/v1/traces',
  propagation: { extract: ['w3c'], inject: ['w3c'], default_format: 'w3c' },
}
const trace = '0af7651916cd43dd8448eb211c80319c'
const parent = 'b7ad6b7169203331'

/** What the service is sent for what the client sent, and the trace that the log names. */
function handOn(...sent: readonly string[]): { readonly line: string; readonly logged: unknown } {
  const exchange = exchangeOf({ headers: sent.map((line) => ['Traceparent', line] as const) })
  expect(pluginOf(opentelemetry, config).access?.(exchange)).toBeUndefined()
  const lines = exchange.request.headers.getAll('traceparent')
  expect(lines).toHaveLength(1)
  return { line: lines.join(), logged: logEntryOf(exchange)['trace_id'] }
}

const begun = new RegExp(`^00-(?!${trace}|0{32})[0-9a-f]{32}-[0-9a-f]{16}-00$`)

test('a client’s trace goes on under a span of the edge, unsampled, and the log names it', () => {
  for (const line of [`00-${trace}-${parent}-01`, `00-${trace.toUpperCase()}-${parent}-00`]) {
    const { line: handed, logged } = handOn(line)
    expect(handed).toMatch(new RegExp(`^00-${trace}-(?!${parent})[0-9a-f]{16}-00$`))
    expect(logged).toEqual({ w3c: trace })
  }
})

test.each([
  [[]],
  [['nonsense']],
  [[`01-${trace}-${parent}-01`]],
  [[`00-${'0'.repeat(32)}-${parent}-01`]],
  [[`00-${trace}-${'0'.repeat(16)}-01`]],
  [[`00-${trace}-${parent}-01-more`]],
  [[`00-${trace}-${parent}-01`, `00-${trace}-${parent}-01`]],
])('%j begins a trace', (sent) => {
  const { line, logged } = handOn(...sent)
  expect(line).toMatch(begun)
  expect(logged).toEqual({ w3c: line.slice(3, 35) })
  expect(handOn(...sent).line).not.toBe(line)
})

test('what would export or speak another form is refused by name', () => {
  expect(refusalsOf(opentelemetry, { ...config, sampling_rate: 0.5, nonsense: 1 })).toEqual([
    'sampling_rate: the embedded edge does not know this field: run Kong',
    'nonsense: unknown field',
  ])
  const b3 = { ...config, propagation: { extract: ['b3'], inject: ['w3c'], default_format: 'w3c' } }
  expect(refusalsOf(opentelemetry, b3)).toEqual([
    'propagation.extract.0: the embedded edge propagates traces in the form w3c alone: run Kong',
  ])
})
