import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { secretFiles, secretNames } from '../../scripts/secrets/generate.ts'
import { root } from '../../tests/support/command.ts'
import { workloads } from '../workloads.ts'
import { renderCompose } from './render.ts'
import { problemsOf } from './testing/compose-lint.ts'

const file = fileURLToPath(new URL('compose.yaml', import.meta.url))
const text = readFileSync(file, 'utf8')

interface Service {
  readonly image: string
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly user?: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly networks: readonly string[]
  readonly healthcheck?: unknown
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly deploy: { readonly resources: { readonly limits: Readonly<Record<string, unknown>> } }
}

// `as`: the schema test checks its shape.
const { services } = parse(text) as { services: Readonly<Record<string, Service>> }
const all = Object.entries(services)

test('the file is fresh', () => {
  expect(text).toBe(renderCompose())
})

test('every file follows the compose schema', () => {
  for (const name of ['compose.yaml', 'kong/compose.yaml', 'kong/certificate.yaml'])
    expect(problemsOf(readFileSync(join(dirname(file), name), 'utf8')), name).toEqual([])
})

test.each([
  ['a misspelt field', 'depends_on:', 'depend_on:', 'must NOT have additional properties'],
  ['a misspelt limit', 'pids: 256', 'pid: 256', 'must NOT have additional properties'],
  ['a text for a number', 'retries: 60', 'retries: [60]', 'must be'],
  ['a port that is open to all', "'127.0.0.1:9090:9090'", "'9090:9090'", '9090'],
])('%s would be found', (_what, right, wrong, problem) => {
  expect(text).toContain(right)
  expect(problemsOf(text.replace(right, wrong)).join()).toContain(problem)
})

const duration = z.string().regex(/^\d+[smh]$/u)
/** As much of Alertmanager's configuration as we use; it refuses to start with a field that it does not know. */
const alerting = z.strictObject({
  route: z.strictObject({
    receiver: z.literal('operators'),
    group_by: z.array(z.string()),
    group_wait: duration,
    group_interval: duration,
    repeat_interval: duration,
  }),
  receivers: z.array(z.strictObject({ name: z.literal('operators') })),
})

test('alertmanager.yaml is what Alertmanager takes, and a misspelt field would be found', () => {
  const content = readFileSync(join(dirname(file), 'alertmanager.yaml'), 'utf8')
  expect(alerting.safeParse(parse(content)).error).toBeUndefined()
  for (const [, field = ''] of content.matchAll(/^[ -]*(\w+):/gmu))
    expect(alerting.safeParse(parse(content.replace(`${field}:`, `${field}x:`))).success, field).toBe(false)
})

test('every service of ours is there with its program, its settings and its port', () => {
  for (const { name, entry, environment, secrets } of workloads()) {
    expect(services[name]?.command, name).toEqual([entry])
    expect(services[name]?.environment?.PORT).toBe(environment.PORT)
    for (const secret of secrets) expect(services[name]?.environment).toHaveProperty(secret)
  }
})

describe('every container', () => {
  test.each(all)('%s has no writable root, no capability, no way to more, and limits', (_name, service) => {
    expect(service.read_only).toBe(true)
    expect(service.cap_drop).toEqual(['ALL'])
    expect(service.security_opt).toEqual(['no-new-privileges:true'])
    expect(service.user ?? 'the image’s').not.toMatch(/^(root|0)(:|$)/u)
    expect(Object.keys(service.deploy.resources.limits)).toEqual(['cpus', 'memory', 'pids'])
  })

  test('is published on this machine alone', () => {
    for (const port of all.flatMap(([, { ports = [] }]) => ports)) expect(port).toMatch(/^127\.0\.0\.1:/u)
  })

  test('mounts files that are there or that `pnpm secrets:generate` writes', () => {
    const mounted = all.flatMap(([, { volumes = [] }]) => volumes).filter((volume) => volume.startsWith('.'))
    expect(mounted.length).toBeGreaterThan(5)
    for (const volume of mounted) {
      const path = join(dirname(file), volume.split(':')[0] ?? '')
      if (!path.startsWith(join(root, secretFiles.compose))) expect(existsSync(path), volume).toBe(true)
      expect(volume).toMatch(/:ro$/u)
    }
  })
})

describe('the order', () => {
  const waitsFor = (name: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(services[name]?.depends_on ?? {}).map(([other, { condition }]) => [other, condition]),
    )

  test('is MySQL, its tables, subgraphs, supergraph', () => {
    expect(waitsFor('database-create')).toEqual({ mysql: 'service_healthy' })
    expect(waitsFor('database-migrate')).toEqual({ 'database-create': 'service_completed_successfully' })
    expect(waitsFor('database-seed')).toEqual({ 'database-migrate': 'service_completed_successfully' })
    for (const { name, databaseUser, calls } of workloads()) {
      if (databaseUser) expect(waitsFor(name)['database-seed'], name).toBe('service_completed_successfully')
      for (const called of calls.filter((other) => services[other] && other !== 'mysql'))
        expect(waitsFor(name)[called], name).toBe('service_healthy')
    }
  })

  test('can be kept: whoever is waited for says whether it is healthy, or ends', () => {
    for (const [name] of all) {
      for (const [other, condition] of Object.entries(waitsFor(name))) {
        const { image, healthcheck } = services[other] ?? { image: '', healthcheck: undefined }
        const isJob = JSON.stringify(healthcheck) === '{"disable":true}'
        if (condition === 'service_completed_successfully') expect(isJob, other).toBe(true)
        // Our image brings its own question.
        else expect(healthcheck !== undefined || image.startsWith('movieverse:'), other).toBe(true)
      }
    }
  })
})

test('MySQL is reached by those who use it, and by nothing that has no business there', () => {
  const inside = all.filter(([, { networks }]) => networks.includes('database')).map(([name]) => name)
  const users = workloads().flatMap(({ name, databaseUser }) => (databaseUser ? [name] : []))
  expect(inside.toSorted()).toEqual(
    [...users, 'mysql', 'database-create', 'database-migrate', 'database-seed'].toSorted(),
  )
})

test('holds no secret: each comes from the generated .env, which has all of them, or compose refuses to start', () => {
  const asked = [...text.matchAll(/\$\{(\w+)(:\?)?/gu)].map(([, name, required]) => ({ name, required }))
  expect(asked.length).toBeGreaterThan(10)
  for (const { name, required } of asked) {
    expect(required, name).toBe(':?')
    expect(secretNames()).toContain(name)
  }
  for (const [name, { environment = {} }] of all) {
    for (const [setting, value] of Object.entries(environment)) {
      if (/(SECRET|PASSWORD|TOKEN|_KEY)$/u.test(setting)) expect(value, `${name} ${setting}`).toMatch(/^\$\{/u)
      if (setting.endsWith('DATABASE_URL')) expect(value).toMatch(/^mysql:\/\/\w+:\$\{/u)
    }
  }
})

test('git ignores every file of secrets', () => {
  const files = [
    secretFiles.environment,
    ...['kong.yml', 'tls.crt', 'tls.key', 'ca.crt'].flatMap((name) => [
      join(secretFiles.compose, name),
      join(secretFiles.kubernetes, name),
    ]),
    join(secretFiles.kubernetes, 'secrets.env'),
  ]
  const ignored = execFileSync('git', ['check-ignore', '--no-index', ...files], { cwd: root, encoding: 'utf8' })
  expect(ignored.trim().split('\n')).toEqual(files)
})
