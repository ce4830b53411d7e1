import { expect, test } from 'vitest'
import { HeaderList } from '../header-list.ts'
import { configurationOf, routesOf } from '../../../tests/edge/support/entities.ts'
import { Router, type Routable } from './router.ts'

interface Asked {
  readonly method?: string
  readonly host?: string
  readonly port?: number
  readonly headers?: HeaderList
}

function request(path: string, asked: Asked = {}): Routable {
  const { method = 'GET', host = 'edge.test', port = 8000, headers = new HeaderList() } = asked
  return { method, headers, head: { path, host }, connection: { localPort: port } }
}

function chosen(routes: readonly string[], asked: Routable): string | undefined {
  return new Router(routesOf(...routes)).find(asked)?.route.name
}

test('a plain path is a prefix without a boundary, and is compared with case', () => {
  const routes = ['{name: a, paths: [/strip]}']
  expect(chosen(routes, request('/stripped'))).toBe('a')
  expect(chosen(routes, request('/Strip'))).toBeUndefined()
})

test('more kinds of matchers win over a longer path', () => {
  const routes = ['{name: long, paths: [/q/longer]}', '{name: get, paths: [/q], methods: [GET]}']
  expect(chosen(routes, request('/q/longer'))).toBe('get')
  expect(chosen(routes, request('/q/longer', { method: 'POST' }))).toBe('long')
})

test('an exact host wins over a wildcard, and that over another route by path length', () => {
  const routes = ['{name: wild, hosts: ["*.test"], paths: [/abc]}', '{name: exact, hosts: [a.test], paths: [/a]}']
  expect(chosen(routes, request('/abc', { host: 'a.test' }))).toBe('exact')
  expect(chosen(routes, request('/abc', { host: 'b.c.test' }))).toBe('wild')
  expect(chosen(routes, request('/abc', { host: 'A.TEST' }))).toBeUndefined()
})

test('the port of Host does not matter; a port of a route is that of the listener', () => {
  const routes = ['{name: any, hosts: ["films.*"]}', '{name: one, hosts: ["films.test:8443"]}']
  expect(chosen(routes, request('/', { host: 'films.test:1' }))).toBe('any')
  expect(chosen(routes, request('/', { host: 'films.test', port: 8443 }))).toBe('one')
})

test('more header names win; their values are any of a list, without case', () => {
  const routes = ['{name: one, headers: {X-A: [gold, silver]}}', '{name: two, headers: {X-A: [gold], X-B: [yes1]}}']
  const headers = new HeaderList(['x-a', 'GOLD', 'x-b', 'Yes1'])
  expect(chosen(routes, request('/', { headers }))).toBe('two')
  expect(chosen(routes, request('/', { headers: new HeaderList(['X-A', 'bronze', 'X-A', 'Silver']) }))).toBe('one')
  expect(chosen(routes, request('/', { headers: new HeaderList(['X-A', 'bronze']) }))).toBeUndefined()
})

test('a header may be spelt with underscores', () => {
  const routes = ['{name: a, headers: {X-A-B: [gold]}}']
  expect(chosen(routes, request('/', { headers: new HeaderList(['X_A_B', 'gold']) }))).toBe('a')
  const both = new HeaderList(['X-A-B', 'gold', 'x_a_b', 'bronze'])
  expect(chosen(routes, request('/', { headers: both }))).toBeUndefined()
})

test('a path that is no UTF-8 has no route', () => {
  expect(chosen(['{name: a, methods: [GET]}'], request(''))).toBeUndefined()
})

test('a header may be matched by a regex, in any of its lines', () => {
  const routes = [
    '{name: guard, paths: ["~/"], headers: {Connection: ["~*(x-|content-)"]}}',
    '{name: plain, paths: [/a]}',
  ]
  const headers = new HeaderList(['Connection', 'close', 'Connection', 'X-Edge-Secret'])
  expect(chosen(routes, request('/a', { headers }))).toBe('guard')
  expect(chosen(routes, request('/a', { headers: new HeaderList(['Connection', 'close']) }))).toBe('plain')
})

test('a regex path wins over any plain path, and a higher regex_priority over another regex', () => {
  const plain = '{name: plain, paths: [/rx/abc/long]}'
  const ranked = (wide: number, narrow: number): string[] => [
    plain,
    `{name: wide, paths: ["~/rx/[a-z]+"], regex_priority: ${wide}}`,
    `{name: narrow, paths: ["~/rx/a[a-z]+"], regex_priority: ${narrow}}`,
  ]
  expect(chosen(ranked(0, 5), request('/rx/abc/long'))).toBe('narrow')
  expect(chosen(ranked(5, 0), request('/rx/abc/long'))).toBe('wide')
  expect(chosen(ranked(0, 5), request('/rx/xyz'))).toBe('wide')
})

test('each path of a route has the priority of its own length', () => {
  const routes = ['{name: two, paths: [/a, /a/b/c]}', '{name: middle, paths: [/a/b]}']
  expect(chosen(routes, request('/a/b/c'))).toBe('two')
  expect(chosen(routes, request('/a/b'))).toBe('middle')
})

test('on a full tie the larger id is chosen, wherever the routes stand', () => {
  const routes = ['{name: a, paths: [/t]}', '{name: b, paths: [/t]}']
  const [a, b] = routesOf(...routes)
  const larger = (a?.id ?? '') > (b?.id ?? '') ? 'a' : 'b'
  expect(chosen(routes, request('/t'))).toBe(larger)
  expect(chosen(routes.toReversed(), request('/t'))).toBe(larger)
})

test('a regex is anchored at its start; it says how much it matched and what it captured', () => {
  const router = new Router(routesOf('{name: item, paths: ["~/item/(?<id>[0-9]+)"]}'))
  expect(router.find(request('/item/42/more'))).toMatchObject({ matchedLength: 8, captures: { id: '42', 1: '42' } })
  expect(router.find(request('/an/item/42'))).toBeUndefined()
})

test('the routes of a switched-off service are not there', () => {
  const { routes } = configurationOf('services: [{name: s, url: "http://h", enabled: false, routes: [{paths: [/a]}]}]')
  expect(new Router(routes).find(request('/a'))).toBeUndefined()
})
