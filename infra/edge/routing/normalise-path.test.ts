import { expect, test } from 'vitest'
import { normalisePath } from './normalise-path.ts'

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
  ['/a%2fb%20c', '/a%2Fb%20c'],
  ['/a"b|c', '/a%22b%7Cc'],
  ['/\u00e9', '/%E9'],
])('%s becomes %s', (path, normalised) => {
  expect(normalisePath(path)).toBe(normalised)
})

test.each(['/..', '/a/../../b', '/%2e%2e/etc', '/a%00b', '/a%zz', '/a%2'])('%s is no path', (path) => {
  expect(normalisePath(path)).toBeUndefined()
})
