import { expect, test } from 'vitest'
import { HeaderList } from '../header-list.ts'
import { addCharset, answerHeaders } from './answer-headers.ts'

test.each([
  ['text/plain', 200, 'text/plain; charset=UTF-8'],
  ['text/plain', 301, 'text/plain'],
  ['application/json', 200, 'application/json'],
  ['text/html; level=1', 200, 'text/html; level=1; charset=UTF-8'],
  ['text/html;charset=latin1', 302, 'text/html; charset=latin1'],
  ['application/json;  CHARSET=utf-8', 200, 'application/json; charset=utf-8'],
])('%s with %i goes out as %s', (type, status, written) => {
  const headers = new HeaderList(['content-type', type])
  addCharset(headers, status)
  expect(headers.get('Content-Type')).toBe(written)
})

test('headers that end here, are for nginx itself, or are named by Connection are not passed on', () => {
  const ended = ['Keep-Alive', 'timeout=5', 'X-Accel-Buffering', 'no', 'X-Pad', 'x', 'X-Hop', '1']
  const kept = ['Proxy-Connection', 'close', 'X-Accept', '1']
  expect(answerHeaders([...ended, 'Connection', 'close, X-Hop', ...kept]).toRaw()).toEqual(kept)
})
