import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Region } from '@movieverse/regions/regions.ts'
import { readKongConfig } from '../config.ts'
import { renderKongYaml } from '../kong-yaml.ts'
import type { KongFile, KongPlugin, KongRoute, KongService } from '../kong-file.ts'
import { kongFileOf, platformLists } from './template.ts'

const france: Region = {
  code: 'FR',
  slug: 'france',
  name: 'France',
  label: 'France',
  port: 8053,
  currency: 'EUR',
  countries: ['FR'],
}
const withFrance = { ...platformLists, regions: [...platformLists.regions, france] }

function render(env: Record<string, string> = {}, lists = platformLists): KongFile {
  return kongFileOf(readKongConfig(env), lists)
}

function routesOf({ services, routes }: KongFile): Array<KongRoute & { readonly service?: KongService }> {
  return [...routes, ...services.flatMap((service) => service.routes.map((route) => ({ ...route, service })))]
}

function pluginOf(plugins: readonly KongPlugin[] | undefined, name: string): KongPlugin | undefined {
  return plugins?.find((plugin) => plugin.name === name)
}

test('the rendered file, with the development secrets', async () => {
  await expect(renderKongYaml(readKongConfig({}))).toMatchFileSnapshot('__snapshots__/kong.yml')
})

test('a region of regions.json gets its upstream and its routes, and nothing else changes', () => {
  const before = render()
  const after = render({}, withFrance)
  const namesOf = (file: KongFile): string[] => [
    ...file.upstreams.map(({ name, targets }) => `${name} ${targets.map(({ target }) => target).join()}`),
    ...routesOf(file).map(({ name, paths, headers }) => `${name} ${paths.join()} ${JSON.stringify(headers ?? {})}`),
  ]
  const known = new Set(namesOf(before))
  expect(namesOf(after).filter((name) => !known.has(name))).toEqual([
    'france.upstream 127.0.0.1:8053',
    // The website has a page for each region.
    expect.stringMatching(/^web .*~\/\(in\|us\|gb\|fr\)\?\$ \{\}$/),
    'fr-graphql ~/fr/graphql$ {}',
    'fr-graphql-by-header ~/region/graphql$ {"X-Region":["fr","france"]}',
    'fr-movies ~/fr/movies(/|$) {}',
    'fr-movies-by-header ~/region/movies(/|$) {"X-Region":["fr","france"]}',
  ])
  expect({ ...after, services: [], upstreams: [] }).toEqual({ ...before, services: [], upstreams: [] })
})

test('names that YAML 1.1 takes for truth values stay text: Kong reads YAML 1.1', () => {
  const norway = { ...france, code: 'NO', slug: 'no' }
  const text = renderKongYaml(readKongConfig({}), { ...platformLists, regions: [norway] })
  expect(parse(text, { version: '1.1' })).toEqual(render({}, { ...platformLists, regions: [norway] }))
  expect(text).toContain("- 'no'")
})

describe('every route', () => {
  const file = render()
  const routes = routesOf(file)
  const routed = routes.filter((route) => route.service)

  test('has a name of its own', () => {
    expect(new Set(routes.map(({ name }) => name)).size).toBe(routes.length)
  })

  test('is a regular expression with an end, so that it publishes nothing that merely begins alike', () => {
    for (const { paths } of routed) for (const path of paths) expect(path).toMatch(/^~\/.*(\$|\(\/\|\$\))$/)
  })

  test('asks for a credential, or tells services nobody’s identity', () => {
    for (const { name, service } of routed) {
      const asks = pluginOf(service?.plugins, 'oauth2') !== undefined
      const opens = pluginOf(service?.plugins, 'request-transformer')
      expect(asks, name).toBe(opens === undefined)
      if (opens) expect(JSON.stringify(opens.config), name).toContain('X-Authenticated-Userid')
    }
  })

  test('gives way to the guard against hop-by-hop tricks', () => {
    const guard = routes.find(({ name }) => name === 'connection-guard')
    const kindsOf = (route: KongRoute): number =>
      [route.paths, route.methods, route.headers].filter((matcher) => matcher !== undefined).length
    for (const route of routed) {
      expect(kindsOf(route), route.name).toBeLessThanOrEqual(kindsOf(guard ?? route))
      expect(route.regex_priority ?? 0).toBeLessThan(guard?.regex_priority ?? 0)
    }
  })

  test('of GraphQL is found without a header', () => {
    expect(routes.find(({ name }) => name === 'graphql')).toMatchObject({ paths: ['~/graphql$'], strip_path: false })
    expect(routes.filter(({ paths }) => paths.includes('~/graphql$')).every(({ headers }) => !headers)).toBe(true)
  })
})

test('whatever a transformer’s scope, it takes the secrets away and sets the edge’s own', () => {
  const file = render()
  const all = [
    ...file.plugins,
    ...file.services.flatMap(({ plugins, routes }) => [...plugins, ...routes.flatMap((route) => route.plugins ?? [])]),
    ...file.consumers.flatMap(({ plugins }) => plugins ?? []),
  ].filter(({ name }) => name === 'request-transformer')
  expect(all.length).toBeGreaterThan(4)
  for (const { config } of all) {
    expect(config).toMatchObject({
      remove: { headers: expect.arrayContaining(['X-Edge-Secret', 'X-Service-Secret', 'X-Consumer-Groups']) },
      add: { headers: ['X-Edge-Secret:development-edge-secret'] },
    })
  }
})

test('API keys bring no user: their consumers’ transformers take that away', () => {
  const keys = render().consumers.filter(({ keyauth_credentials }) => keyauth_credentials)
  expect(keys.map(({ username }) => username)).toEqual(['partner-key', 'demo-key'])
  for (const { plugins } of keys) {
    expect(pluginOf(plugins, 'request-transformer')?.config).toMatchObject({
      remove: { headers: expect.arrayContaining(['X-Authenticated-Scope', 'X-Authenticated-Userid']) },
    })
  }
})

test('only reads of the supergraph and REST lists are cached', () => {
  const cached = render().services.filter(({ plugins }) => pluginOf(plugins, 'proxy-cache'))
  expect(cached.map(({ name }) => name)).toEqual(['supergraph', 'india-movies', 'usa-movies', 'uk-movies'])
  for (const { plugins } of cached) {
    expect(pluginOf(plugins, 'proxy-cache')?.config).toMatchObject({ request_method: ['GET'], cache_control: true })
  }
})

describe('the environment', () => {
  const targetsOf = (file: KongFile): string[] =>
    file.upstreams.flatMap(({ targets }) => targets.map(({ target }) => target))

  test('says where services are', () => {
    expect(targetsOf(render())).toEqual(['4000', '3000', '8050', '8051', '8052'].map((port) => `127.0.0.1:${port}`))
    expect(targetsOf(render({ EDGE_TARGETS: 'compose' }))).toContain('supergraph:4000')
    expect(targetsOf(render({ EDGE_TARGETS: 'kubernetes', KUBERNETES_NAMESPACE: 'films' }))).toContain(
      'india.films.svc:8050',
    )
    const two = render({ EDGE_TARGETS: 'compose', EDGE_UPSTREAMS: '{"supergraph":["10.0.0.1:4000","10.0.0.2:4000"]}' })
    expect(targetsOf(two).slice(0, 3)).toEqual(['10.0.0.1:4000', '10.0.0.2:4000', 'web:3000'])
  })

  test('asks each target for its health, but in Kubernetes, where the one target stands for pods that are ready', () => {
    const isChecked = (place: string): boolean[] =>
      render({ EDGE_TARGETS: place }).upstreams.map(({ healthchecks }) => healthchecks !== undefined)
    for (const place of ['local', 'compose']) expect(new Set(isChecked(place))).toEqual(new Set([true]))
    expect(new Set(isChecked('kubernetes'))).toEqual(new Set([false]))
  })

  test('decides whether tokens may go over plain http', () => {
    const secrets = Object.fromEntries(
      ['EDGE_SECRET', 'PROVISION_KEY', 'WEBSITE_CLIENT_SECRET', 'DEMO_SERVER_CLIENT_SECRET'].map(
        (name) => [name, 'a-real-secret'] as const,
      ),
    )
    const production = {
      NODE_ENV: 'production',
      ...secrets,
      DEMO_SERVICE_CLIENT_SECRET: 'a-real-secret',
      PARTNER_API_KEY: 'a-real-key',
      DEMO_API_KEY: 'another-real-key',
    }
    const graphql = (env: Record<string, string>): KongRoute | undefined =>
      routesOf(render(env)).find(({ name }) => name === 'graphql')
    expect(graphql({})).not.toHaveProperty('protocols')
    expect(graphql(production)?.protocols).toEqual(['https'])
    expect(graphql({ ...production, EDGE_PLAIN_HTTP: 'on' })).not.toHaveProperty('protocols')
  })

  test('makes every node count requests in one Redis', () => {
    const file = render({ RATE_LIMIT_REDIS_URL: 'rediss://kong:p%40ss@redis.example.com:6380' })
    const limits = [...file.plugins, ...file.consumers.flatMap(({ plugins }) => plugins ?? [])].filter(
      ({ name }) => name === 'rate-limiting',
    )
    expect(limits.length).toBeGreaterThan(8)
    for (const { config } of limits) {
      expect(config).toMatchObject({
        policy: 'redis',
        redis: { host: 'redis.example.com', port: 6380, username: 'kong', password: 'p@ss', ssl: true },
      })
    }
  })

  test('adds origins to those of the browser apps', () => {
    const cors = pluginOf(render({ EDGE_CORS_ORIGINS: 'https://app.example.com' }).plugins, 'cors')
    expect(cors?.config).toMatchObject({
      origins: expect.arrayContaining(['http://localhost:5173', 'https://app.example.com']),
    })
  })
})
