import { expect, test } from 'vitest'
import { escapePath, normalisePath } from './normalise-path.ts'

test.each([
  ['/', '/'],
  ['/a/b.c/', '/a/b.c/'],
  ['/st%72ip/%7Euser', '/strip/~user'],
  ['//a///b//', '/a/b/'],
  ['/a/./b/../c', '/a/c'],
  ['/a/%2e%2E/b', '/b'],
  ['/a/b/..', '/a/'],
  ['/a/.', '/a/'],
  ['/..a/b..', '/..a/b..'],
  ['/a%2fb%20c', '/a%2Fb c'],
  ['/a%3b%5b%25%7B', '/a%3B%5B%25{'],
  ['/a/b%2f../../c', '/a/c'],
  ['/%c3%A9', '/\u00e9'],
  ['/\u00c3\u00a9', '/\u00e9'],
  ['/a%FFb', ''],
])('%s becomes %s', (path, normalised) => {
  expect(normalisePath(path)).toBe(normalised)
})

test.each([
  ['/a;b=[1]@c!', '/a;b=[1]@c!'],
  ['/a "b|c', '/a%20%22b%7Cc'],
  ['/a%2F\u00e9', '/a%2F%C3%A9'],
])('%s goes on as %s', (path, escaped) => {
  expect(escapePath(path)).toBe(escaped)
})

test.each(['/..', '/a/../../b', '/%2e%2e/etc', '/a%2f..%2f../b', '/a%00b', '/a%zz', '/a%2'])(
  '%s is no path',
  (path) => {
    expect(normalisePath(path)).toBeUndefined()
  },
)
