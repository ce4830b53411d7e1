import { expect, test } from 'vitest'
import { configurationOf } from '../../../tests/edge/support/entities.ts'
import { pluginKinds } from '../plugins/registry.ts'
import { parseDeclarative } from './read-file.ts'

function problemOf(yaml: string): string {
  try {
    configurationOf(yaml)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'no problem'
}

// The recorded bad files are replayed in tests/edge/recorded; these are the shapes that they do not show.

test('all problems of a file are told at once, each in its place', () => {
  const yaml = 'services: [{name: a, host: h, colour: red, port: 70000}]\nroutes: [{paths: [x]}]'
  expect(problemOf(yaml).split('\n')).toEqual([
    'Failed parsing:',
    "in 'services':",
    "  - in entry 1 of 'services':",
    "    in 'port': value should be between 0 and 65535",
    "    in 'colour': unknown field",
    "in 'routes':",
    "  - in entry 1 of 'routes':",
    "    in 'paths':",
    "      - in entry 1 of 'paths': should start with: / (fixed path) or ~/ (regex path)",
  ])
})

test('a plugin that only Kong has is named, with the advice to run Kong', () => {
  expect(problemOf('plugins: [{name: jwt}]')).toContain(
    "plugin 'jwt' not enabled; add it to the 'plugins' configuration property\n" +
      "The embedded edge does not have the plugin 'jwt': run Kong to use it.",
  )
})

test('what Kong knows and the edge does not is refused by name', () => {
  expect(problemOf('services: [{name: a, host: h, protocol: grpc}]')).toContain(
    "in 'protocol': the embedded edge does not know 'grpc': run Kong",
  )
  expect(problemOf('routes: [{snis: [a.test]}]')).toMatch(
    /in 'snis': unknown field[^]*The embedded edge does not know the field 'snis': run Kong to use it\.$/,
  )
})

test.each([
  ['routes: [{paths: [/a//b]}]', "- in entry 1 of 'paths': must not have empty segments"],
  ['routes: [{paths: [/a/../b]}]', "'paths': non-normalized path, consider use '/b' instead"],
  ['routes: [{paths: ["/a%7Eb", /é]}]', "'paths': non-normalized path, consider use '/a~b' instead"],
  ['routes: [{paths: ["/a%2"]}]', "'paths': invalid url-encoded value: '%2'"],
  ['routes: [{hosts: ["a b"]}]', "- in entry 1 of 'hosts': invalid hostname: a b"],
  ['routes: [{hosts: ["*.a.*"]}]', "'hosts': invalid wildcard: must have at most one wildcard"],
  ['routes: [{hosts: ["a*.b"]}]', "'hosts': invalid wildcard: must be placed at leftmost or rightmost label"],
  ['routes: [{headers: {Host: [a]}}]', "in 'headers': cannot contain 'host' header, which must be specified"],
  ['routes: [{paths: [/], methods: GET}]', "in 'methods': expected a set"],
  ['routes: [{paths: [/], protocols: []}]', "in 'protocols': length must be at least 1"],
  ['routes: [{paths: [/], protocols: [ftp]}]', "'protocols': expected one of: grpc, grpcs, http, https, tcp, tls"],
  ['services: [{name: a, host: "a:80"}]', "in 'host': must not have a port"],
  ['services: [{name: a, host: h, path: "/a b"}]', "in 'path': invalid path: '/a b' (characters outside of"],
  ['upstreams: [{name: 10.0.0.1}]', "in 'name': Invalid name ('10.0.0.1'); no ip addresses allowed"],
  ['upstreams: [{name: "u:80"}]', "in 'name': Invalid name ('u:80'); no port allowed"],
  ['upstreams: [{name: u, targets: [{target: "a b"}]}]', "Invalid target ('a b'); not a valid hostname or ip address"],
  ['upstreams: [{name: u, algorithm: nope}]', 'one of: consistent-hashing, least-connections, round-robin, latency'],
  ['consumers: [{username: a, oauth2_credentials: [{name: x, redirect_uris: ["app:cb"]}]}]', "cannot parse 'app:cb'"],
])('%s is refused', (yaml, problem) => {
  expect(problemOf(yaml)).toContain(problem)
})

test('paths and addresses that Kong takes are taken', () => {
  const paths = String.raw`/é/ü, /re/\d+, "/a?b", "/a%2Fb", "/a b", /a/, "~/a/(?<id>[^/]+)$"`
  const hosts = `"*.a.test", "a.*", "a.test:80", 127.0.0.1, "[::1]:80"`
  const targets = '127.0.0.1, "127.0.0.1:1", "[::1]:1", a.test, "a.test:1"'.split(', ').map((one) => `{target: ${one}}`)
  const yaml = `routes: [{paths: [${paths}], hosts: [${hosts}]}]\nupstreams: [{name: u.test, targets: [${targets.join(', ')}]}]`
  expect(problemOf(yaml)).toBe('no problem')
})

test('paths of older formats become regexes where they were', () => {
  const yaml = String.raw`routes: [{name: r, paths: ['/films/\d+$', /films, "~/a"]}]`
  const pathsIn = (version: string): unknown =>
    parseDeclarative(`_format_version: "${version}"\n${yaml}`, pluginKinds).routes[0]?.paths
  expect(pathsIn('2.1')).toEqual([String.raw`~/films/\d+$`, '/films', '~/a'])
  expect(pathsIn('3.0')).toEqual([String.raw`/films/\d+$`, '/films', '~/a'])
})

test('a field that is null is one that is not there', () => {
  const { services, routes } = configurationOf('services: [{name: a, host: h, path: null}]\nroutes: null')
  expect(services[0]?.path).toBeUndefined()
  expect(routes).toEqual([])
})

test('a url is protocol, host, port and path in one', () => {
  const { services } = configurationOf(
    'services: [{name: a, url: "https://h.test/base"}, {name: b, url: "http://h:81"}]',
  )
  expect(services).toMatchObject([
    { protocol: 'https', host: 'h.test', port: 443, path: '/base' },
    { protocol: 'http', host: 'h', port: 81 },
  ])
  expect(services[1]?.path).toBeUndefined()
})

test('ids derive from names, so they are the same on every start', () => {
  const yaml =
    'services: [{name: films, url: "http://h", routes: [{name: films, paths: [/]}]}]\nconsumers: [{username: a}]'
  const [first, second] = [configurationOf(yaml), configurationOf(yaml)]
  expect(first).toEqual(second)
  expect(first.services[0]?.id).toMatch(/^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  expect(first.services[0]?.id).not.toBe(first.routes[0]?.id)
})

test('references go by name, forwards too, and those into nothing are refused', () => {
  const yaml =
    'plugins: [{name: cors, route: r, service: s}]\nroutes: [{name: r, paths: [/], service: s}]\nservices: [{name: s, host: h}]'
  const { plugins, routes, services } = configurationOf(yaml)
  expect(routes[0]?.service).toBe(services[0])
  expect(plugins[0]).toMatchObject({ route: { name: 'r' }, service: { name: 's' } })
  expect(problemOf('plugins: [{name: cors, route: r}]')).toContain(
    "invalid reference 'route: r' (no such entry in 'routes')",
  )
})

test('a key of two consumers, a route name twice and a client id twice are refused', () => {
  expect(problemOf('consumers: [{username: a}, {username: a}]')).toContain("with username set to 'a' already declared")
  expect(problemOf('routes: [{name: r, paths: [/]}, {name: r, paths: [/]}]')).toContain("with name set to 'r' already")
  const client = '{name: x, client_id: c}'
  expect(problemOf(`consumers: [{username: a, oauth2_credentials: [${client}, ${client}]}]`)).toContain(
    "with client_id set to 'c' already declared",
  )
})

test('a plugin that no consumer may have is refused beside one', () => {
  expect(problemOf('consumers: [{username: a, plugins: [{name: response-transformer}]}]')).toContain(
    "in 'consumer': value must be null",
  )
})

test('an alias into nothing is a problem of the file, not of the edge', () => {
  expect(problemOf('plugins: *nowhere')).toContain('failed parsing declarative configuration: Unresolved alias')
})
