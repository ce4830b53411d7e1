import { expect, test } from 'vitest'
import { exchangeOf, type Asked } from '../../../tests/edge/support/plugin-bench.ts'
import { HeaderList } from '../header-list.ts'
import { upstreamHeaders } from './upstream-headers.ts'

/** What the service gets, by lower-case name; a repeated header is a list. */
function sent(asked: Asked): (name: string) => string | string[] | undefined {
  const headers = new HeaderList(upstreamHeaders(exchangeOf(asked)))
  return (name) => {
    const values = headers.getAll(name)
    return values.length > 1 ? values : values[0]
  }
}

test('headers that end at the edge are left out, and so is Proxy', () => {
  const names = ['Keep-Alive', 'Proxy', 'Proxy-Connection', 'Upgrade', 'Expect', 'X-Forwarded-Prefix']
  const header = sent({ headers: names.map((name) => [name, 'x']) })
  expect(names.map(header)).toEqual(names.map(() => undefined))
})

test('only the first Connection line names headers that end at the edge', () => {
  const lines = [['Connection', 'close, X-One'] as const, ['Connection', 'X-Two'] as const]
  const header = sent({ headers: [...lines, ['X-One', '1'], ['X-Two', '2']] })
  expect([header('x-one'), header('x-two')]).toEqual([undefined, '2'])
})

test.each([
  [['trailers'], 'trailers'],
  [['deflate, trailers'], 'trailers'],
  [['Trailers'], undefined],
  [['trailers;q=0.5'], undefined],
  [['gzip', 'trailers'], undefined],
])('of TE %j is sent on: %s', (lines, te) => {
  expect(sent({ headers: lines.map((line) => ['TE', line]) })('te')).toBe(te)
})

test('the edge adds itself to the first line of X-Forwarded-For and Via', () => {
  const header = sent({
    headers: [
      ['X-Forwarded-For', '192.0.2.1'],
      ['X-Forwarded-For', '192.0.2.2'],
      ['Via', '1.0 a'],
      ['via', '1.0 b'],
    ],
  })
  expect(header('x-forwarded-for')).toBe('192.0.2.1, 127.0.0.1')
  expect(header('via')).toBe('1.0 a, 1.1 kong/3.9.3')
})

test('what a trusted peer says stands as it is; its X-Real-IP is the client, also in X-Forwarded-For', () => {
  const header = sent({
    isTrusted: true,
    headers: [
      ['X-Real-IP', '192.0.2.9:4711'],
      ['X-Forwarded-Proto', 'WSS'],
      ['X-Forwarded-Host', 'Public.Example'],
    ],
  })
  expect(header('x-real-ip')).toBe('192.0.2.9')
  expect(header('x-forwarded-for')).toBe('192.0.2.9')
  expect(header('x-forwarded-proto')).toBe('WSS')
  expect(header('x-forwarded-host')).toBe('Public.Example')
})

test.each([
  ['Edge.Example:8000', 'edge.example'],
  ['edge.example.', 'edge.example'],
  ['[::1]:8000', '[::1]'],
  ['', 'kong'],
])('a client that asks for %s asked for the host %s', (host, forwarded) => {
  expect(sent({ host })('x-forwarded-host')).toBe(forwarded)
})
