import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { readHead, type RequestHead } from './request-head.ts'

function headOf(url: string, rawHeaders: readonly string[], httpVersion = '1.1'): RequestHead {
  const incoming = new IncomingMessage(new Socket())
  return readHead(Object.assign(incoming, { method: 'GET', url, rawHeaders: [...rawHeaders], httpVersion }))
}

test.each(['Authorization', 'Expect', 'If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Range', 'Host'])(
  'two lines of %s are refused, as nginx does',
  (name) => {
    expect(headOf('/', ['Host', 'a', name, 'x', name.toUpperCase(), 'y'])).toMatchObject({
      path: '',
      refusal: 'badRequest',
    })
  },
)

test('lines of other headers may repeat', () => {
  expect(headOf('/', ['Host', 'a', 'Accept', 'x', 'Accept', 'y', 'Cookie', 'c', 'Cookie', 'd'])).toMatchObject({
    path: '/',
  })
})

test.each(['', ':80', '.', 'a..b', 'a b', 'a/b'])('%j is no host', (host) => {
  expect(headOf('/', ['Host', host])).toMatchObject({ path: '', refusal: 'badRequest' })
})

test.each(['a', 'a.', 'A:80', '[::1]:80', 'a:x'])('%s is one', (host) => {
  expect(headOf('/', ['Host', host])).toMatchObject({ host })
})

test('an HTTP/1.0 request needs no Host, and has no Transfer-Encoding', () => {
  expect(headOf('/', [], '1.0')).toMatchObject({ host: '' })
  expect(headOf('/', ['Transfer-Encoding', 'chunked'], '1.0')).toMatchObject({ path: '', refusal: 'badRequest' })
})

test('the scheme of an absolute URI does not matter', () => {
  expect(headOf('foo://b/x?y', ['Host', 'a'])).toMatchObject({ host: 'a', authority: 'b', path: '/x', query: 'y' })
})

test.each(['http://h/a', 'HTTP://H:80/a', 'http://h:/a', 'http://[::1]:80/a'])('%s asks for /a', (url) => {
  expect(headOf(url, ['Host', 'a'])).toMatchObject({ target: '/a', path: '/a' })
})

test.each(['http://a_b/', 'http://u@h/', 'http://u:p@h/', 'http://h:8x/', 'http://a..b/', 'http:/a', 'a', '*', '?x'])(
  '%s asks for nothing',
  (url) => {
    expect(headOf(url, ['Host', 'a'])).toMatchObject({ refusal: 'badRequest' })
  },
)

test('a request line has 8,192 bytes at most', () => {
  const longest = 8192 - 'GET / HTTP/1.1\r\n'.length
  expect(headOf(`/${'a'.repeat(longest)}`, ['Host', 'a'])).toMatchObject({ bodyLength: 0 })
  expect(headOf(`/${'a'.repeat(longest + 1)}`, ['Host', 'a'])).toMatchObject({ refusal: 'uriTooLong' })
})
