import { expect, test } from 'vitest'
import { configurationOf } from '../../../tests/edge/support/entities.ts'

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
    "in 'protocol': expected one of: http, https",
  )
  expect(problemOf('routes: [{snis: [a.test]}]')).toMatch(
    /in 'snis': unknown field[^]*The embedded edge does not know the field 'snis': run Kong to use it\.$/,
  )
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
