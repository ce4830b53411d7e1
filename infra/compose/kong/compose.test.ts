import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { imageOf } from '../../images.ts'
import { problemsOf } from '../testing/compose-lint.ts'

const text = readFileSync(fileURLToPath(new URL('compose.yaml', import.meta.url)), 'utf8')

interface ComposeService {
  readonly image: string
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly environment: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
  readonly user?: string
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly networks: readonly string[]
  readonly healthcheck: object
  readonly deploy: { readonly resources: { readonly limits: Readonly<Record<string, unknown>> } }
}

// `as`: the schema test checks its shape.
const { services } = parse(text, { merge: true }) as { services: Readonly<Record<string, ComposeService>> }

test('the file follows the compose schema', () => {
  expect(problemsOf(text)).toEqual([])
})

test('a misspelt field, a wrong type and an open port would be found', () => {
  for (const [right, wrong] of [
    ['depends_on:', 'depend_on:'],
    ['cap_drop:', 'cap_drops:'],
    ['pids:', 'pid:'],
    ['\n    internal:', '\n    internals:'],
  ] as const)
    expect(problemsOf(text.replace(right, wrong)).join(), wrong).toContain('must NOT have additional properties')
  expect(problemsOf(text.replace('retries: 30', 'retries: [30]')).join()).toContain('must be')
  expect(problemsOf(text.replace("'127.0.0.1:8001:8001'", "'8001:8001'")).join()).toContain('8001')
})

test('images are those of images.json, unless the environment pins another', () => {
  expect(services.kong?.image).toBe(`\${KONG_IMAGE:-${imageOf('kong')}}`)
  expect(services['kong-database']?.image).toBe(`\${POSTGRES_IMAGE:-${imageOf('postgres')}}`)
})

describe('Kong', () => {
  test('starts after its tables were made and its file was imported', () => {
    const waitsFor = (name: string): unknown => services[name]?.depends_on
    expect(waitsFor('kong-migrations')).toEqual({ 'kong-database': { condition: 'service_healthy' } })
    expect(waitsFor('kong-import')).toEqual({ 'kong-migrations': { condition: 'service_completed_successfully' } })
    expect(waitsFor('kong')).toEqual({ 'kong-import': { condition: 'service_completed_successfully' } })
  })

  test('publishes what operators use on this machine alone', () => {
    const ports = services.kong?.ports ?? []
    for (const port of [8001, 8002, 8100]) expect(ports).toContain(`127.0.0.1:${port}:${port}`)
  })

  test('writes no query into an access log, and believes no forwarding header unless told', () => {
    expect(services.kong?.environment).toMatchObject({
      KONG_PROXY_ACCESS_LOG: 'off',
      KONG_ADMIN_ACCESS_LOG: 'off',
      KONG_TRUSTED_IPS: '${KONG_TRUSTED_IPS:-}',
    })
  })

  test('holds no password: the database’s comes from the environment, and starting without one fails', () => {
    expect(text.match(/PASSWORD: .*/gu)).toEqual(Array(2).fill('PASSWORD: ${KONG_PG_PASSWORD:?set KONG_PG_PASSWORD}'))
  })

  test.each(Object.entries(services))(
    '%s has no writable root, no capability, no way to more, limits, and a word on its health',
    (_name, service) => {
      expect(service.read_only).toBe(true)
      expect(service.cap_drop).toEqual(['ALL'])
      expect(service.security_opt).toEqual(['no-new-privileges:true'])
      expect(Object.keys(service.deploy.resources.limits)).toEqual(['cpus', 'memory', 'pids'])
      expect(service.healthcheck).toBeDefined()
    },
  )

  test('is alone with its database, which runs as nobody in particular and reaches nothing', () => {
    const users = Object.keys(services).filter((name) => services[name]?.networks.includes('kong-database'))
    expect(users.toSorted()).toEqual(['kong', 'kong-database', 'kong-import', 'kong-migrations'])
    expect(services['kong-database']?.networks).toEqual(['kong-database'])
    expect(services['kong-database']?.user).toBe('999:999')
    expect(text).toMatch(/^ {2}kong-database:\n {4}internal: true$/mu)
  })
})
