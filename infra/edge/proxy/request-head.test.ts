import { expect, test } from 'vitest'
import { readHead, type Refusal, type RequestHead } from './request-head.ts'

// What nginx 1.22 answered to these shapes; tests/edge/bad-requests.e2e.test.ts sends more of them over the wire.

function read(url: string, headers: readonly string[] = [], httpVersion = '1.1'): RequestHead | Refusal {
  return readHead({ method: 'GET', url, rawHeaders: ['Host', 'a.test', ...headers], httpVersion })
}

const single =
  'Authorization Content-Range Expect If-Match If-Modified-Since If-None-Match If-Range If-Unmodified-Since'
test.each(single.split(' '))('%s may stand once', (name) => {
  expect(read('/', [name, 'a'])).toMatchObject({ path: '/' })
  expect(read('/', [name, 'a', name.toLowerCase(), 'a'])).toBe('badRequest')
})

test.each(['Accept', 'Cookie', 'Referer', 'X-Forwarded-For', 'Range', 'TE'])('%s may stand twice', (name) => {
  expect(read('/', [name, 'a', name, 'b'])).toMatchObject({ path: '/' })
})

test.each(['http://h/a', 'HTTP://H:80/a', 'http://h:/a', 'http://[::1]:80/a', 'h+t-p.1://h/a'])(
  '%s asks for /a',
  (url) => {
    expect(read(url)).toMatchObject({ target: '/a', path: '/a' })
  },
)

test.each(['http://a_b/', 'http://u@h/', 'http://u:p@h/', 'http://h:8x/', 'http://a..b/', 'http:/a', 'a', '*', '?x'])(
  '%s asks for nothing',
  (url) => {
    expect(read(url)).toBe('badRequest')
  },
)

test.each([':80', '.', '', 'a..b', 'a b', 'a/b'])("no host is called '%s'", (host) => {
  expect(readHead({ method: 'GET', url: '/', rawHeaders: ['Host', host], httpVersion: '1.1' })).toBe('badRequest')
})

test('a request line has 8,192 bytes at most', () => {
  const longest = 8192 - 'GET / HTTP/1.1\r\n'.length
  expect(read(`/${'a'.repeat(longest)}`)).toMatchObject({ bodyLength: 0 })
  expect(read(`/${'a'.repeat(longest + 1)}`)).toBe('uriTooLong')
})

test('a client of HTTP/1.0 needs no Host and sends no chunks', () => {
  expect(readHead({ method: 'GET', url: '/', rawHeaders: [], httpVersion: '1.0' })).toMatchObject({ host: '' })
  expect(read('/', ['Transfer-Encoding', 'chunked'], '1.0')).toBe('badRequest')
})
