import { expect, test } from 'vitest'
import { serviceRoute } from '../../../tests/edge/support/entities.ts'
import { servicePathOf } from './service-path.ts'

const matched = '/strip'

test.each([
  ['url: "http://h"', '/strip', '/'],
  ['url: "http://h"', '/strip/', '/'],
  ['url: "http://h"', '/strip/a', '/a'],
  ['url: "http://h"', '/stripped', '/ped'],
  ['url: "http://h/base"', '/strip', '/base'],
  ['url: "http://h/base"', '/strip/', '/base/'],
  ['url: "http://h/base"', '/strip/a', '/base/a'],
  ['url: "http://h/base"', '/stripped', '/base/ped'],
  ['url: "http://h/pre/"', '/strip', '/pre'],
  ['url: "http://h/pre/"', '/strip/', '/pre/'],
  ['url: "http://h/pre/"', '/strip/a', '/pre/a'],
  ['url: "http://h"', '/strip../admin', '/admin'],
])('with strip_path, %s gets %s as %s', (service, path, sent) => {
  const route = serviceRoute(service, 'paths: [/strip]')
  expect(servicePathOf(route, path, matched.length)).toEqual({ path: sent, strippedPrefix: matched })
})

test.each([
  ['url: "http://h"', '/keep/a', '/keep/a'],
  ['url: "http://h/base"', '/keep/a', '/base/keep/a'],
  ['url: "http://h/pre/"', '/keep/a', '/pre/keep/a'],
])('without strip_path, %s gets %s as %s', (service, path, sent) => {
  const route = serviceRoute(service, 'paths: [/keep], strip_path: false')
  expect(servicePathOf(route, path, '/keep'.length)).toEqual({ path: sent, strippedPrefix: undefined })
})

test('a stripped root is no prefix, and what was decoded for the match is encoded again', () => {
  const route = serviceRoute('url: "http://h/base"', 'paths: [/]')
  expect(servicePathOf(route, '/a "b', 1)).toEqual({ path: '/base/a%20%22b', strippedPrefix: undefined })
})
