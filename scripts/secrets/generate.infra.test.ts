import { X509Certificate, createPrivateKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { platformSecrets } from '../../infra/workloads.ts'
import { generateSecrets, secretFiles, secretNames } from './generate.ts'

function emptyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'movieverse-secrets-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

function environmentIn(root: string): NodeJS.Dict<string> {
  return parseEnv(readFileSync(join(root, secretFiles.environment), 'utf8'))
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

test('every secret gets a value of its own that nobody can guess', async () => {
  const root = emptyProject()
  await generateSecrets(root)
  const { KONG_CONFIG_UID: _uid, ...secrets } = environmentIn(root)
  expect(Object.keys(secrets)).toEqual(secretNames())
  expect(new Set(Object.values(secrets)).size).toBe(secretNames().length)
  for (const value of Object.values(secrets)) expect(value).toMatch(/^[0-9a-f]{64}$/u)
})

test('Kubernetes gets the platform’s secrets and no more, with the values of compose', async () => {
  const root = emptyProject()
  await generateSecrets(root)
  const given = parseEnv(readFileSync(join(root, secretFiles.kubernetes, 'secrets.env'), 'utf8'))
  expect(Object.keys(given)).toEqual(platformSecrets())
  for (const [name, value] of Object.entries(given)) expect(value).toBe(environmentIn(root)[name])
})

test('nobody else of this machine can read them', async () => {
  const root = emptyProject()
  const files = await generateSecrets(root)
  expect(modeOf(join(root, secretFiles.compose))).toBe('700')
  for (const path of files.filter((name) => !name.endsWith('.crt') && !name.includes(`${secretFiles.compose}/tls`)))
    expect(modeOf(path), path).toBe('600')
})

test('a second run keeps what is there; a line taken out is made anew, and kong.yml follows', async () => {
  const root = emptyProject()
  await generateSecrets(root)
  const before = environmentIn(root)
  const certificate = readFileSync(join(root, secretFiles.compose, 'tls.crt'), 'utf8')
  const path = join(root, secretFiles.environment)
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^EDGE_SECRET=.*\n/mu, ''))
  await generateSecrets(root)
  const after = environmentIn(root)
  expect(after.EDGE_SECRET).not.toBe(before.EDGE_SECRET)
  expect({ ...after, EDGE_SECRET: '' }).toEqual({ ...before, EDGE_SECRET: '' })
  expect(readFileSync(join(root, secretFiles.compose, 'tls.crt'), 'utf8')).toBe(certificate)
  expect(readFileSync(join(root, secretFiles.compose, 'kong.yml'), 'utf8')).toContain(after.EDGE_SECRET)
})

test('of a secret that is being exchanged services get the list, and Kong the one to send', async () => {
  const root = emptyProject()
  await generateSecrets(root)
  const path = join(root, secretFiles.environment)
  const list = `${'n'.repeat(64)},${environmentIn(root)['EDGE_SECRET']}`
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^EDGE_SECRET=.*$/mu, `EDGE_SECRET=${list}`))
  await generateSecrets(root)
  expect(environmentIn(root)['EDGE_SECRET']).toBe(list)
  expect(readFileSync(join(root, secretFiles.kubernetes, 'secrets.env'), 'utf8')).toContain(`EDGE_SECRET=${list}\n`)
  const kong = readFileSync(join(root, secretFiles.compose, 'kong.yml'), 'utf8')
  expect([kong.includes(`X-Edge-Secret:${'n'.repeat(64)}\n`), kong.includes(list)]).toEqual([true, false])
})

test('kong.yml names the services of its place', async () => {
  const root = emptyProject()
  await generateSecrets(root)
  const targetsIn = (folder: string): string[] =>
    parse(readFileSync(join(root, folder, 'kong.yml'), 'utf8'), { version: '1.1' }).upstreams.flatMap(
      ({ targets }: { targets: Array<{ target: string }> }) => targets.map(({ target }) => target),
    )
  expect(targetsIn(secretFiles.compose)).toContain('supergraph:4000')
  expect(targetsIn(secretFiles.kubernetes)).toContain('supergraph.movieverse.svc:4000')
})

test('the certificate is Kong’s under each of its names, fits its key, and vouches for nothing else', async () => {
  const root = emptyProject()
  await generateSecrets(root)
  for (const folder of [secretFiles.compose, secretFiles.kubernetes]) {
    const read = (name: string): string => readFileSync(join(root, folder, name), 'utf8')
    const certificate = new X509Certificate(read('tls.crt'))
    for (const host of ['localhost', 'kong', 'kong.movieverse.svc']) expect(certificate.checkHost(host)).toBe(host)
    expect(certificate.checkPrivateKey(createPrivateKey(read('tls.key')))).toBe(true)
    expect(certificate.verify(new X509Certificate(read('ca.crt')).publicKey)).toBe(true)
    expect(certificate.ca).toBe(false)
  }
})
