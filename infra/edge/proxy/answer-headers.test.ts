import { expect, test } from 'vitest'
import { HeaderList } from '../header-list.ts'
import { addCharset, answerHeaders } from './answer-headers.ts'

test.each([
  ['text/plain', 200, 'text/plain; charset=UTF-8'],
  ['TEXT/HTML', 404, 'TEXT/HTML; charset=UTF-8'],
  ['text/html; level=1', 200, 'text/html; level=1'],
  ['text/css', 200, 'text/css'],
  ['application/json', 200, 'application/json'],
  ['text/plain', 301, 'text/plain'],
  ['text/plain', 302, 'text/plain'],
  ['text/plain', 307, 'text/plain; charset=UTF-8'],
])('%s with %i goes out as %s, compressed or not', (type, status, sent) => {
  for (const coding of [[], ['Content-Encoding', 'gzip']]) {
    const headers = new HeaderList(['Content-Type', type, ...coding])
    addCharset(headers, status)
    expect(headers.get('content-type')).toBe(sent)
  }
})

test('headers that end here, are for nginx itself, or are named by Connection are not passed on', () => {
  const ended = ['Keep-Alive', 'timeout=5', 'X-Accel-Buffering', 'no', 'X-Pad', 'x', 'X-Hop', '1']
  const kept = ['Proxy-Connection', 'close', 'X-Accept', '1']
  expect(answerHeaders([...ended, 'Connection', 'close, X-Hop', ...kept]).toRaw()).toEqual(kept)
})
