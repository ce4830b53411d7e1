import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import { apps } from '@movieverse/kong/apps.ts'
import { readKongConfig, secretNameOf } from '@movieverse/kong/config.ts'
import { renderKongYaml } from '@movieverse/kong/kong-yaml.ts'
import { platformSecrets } from '../../infra/workloads.ts'
import type { TlsKeyPair } from '../../infra/edge/listeners/certificate.ts'
import { isStillValid, makeKongCertificate } from './certificate.ts'

type Secrets = Readonly<Record<string, string>>

/** Where files of secrets are, from the project's folder; git ignores each. */
export const secretFiles = {
  environment: 'infra/compose/.env',
  compose: 'data/compose',
  kubernetes: 'infra/kubernetes/overlays/local',
} as const

/** Every name that gets a random value: the platform's, the client apps', and Grafana's administrator. */
export function secretNames(): string[] {
  const ofApps = apps.flatMap((app) => secretNameOf(app) ?? [])
  return [...new Set([...platformSecrets(), ...ofApps, 'GRAFANA_ADMIN_PASSWORD'])].toSorted()
}

/**
 * Writes the secrets of compose and of the local overlay below a project's folder: one `.env`, the same values for
 * Kubernetes, and for each of both kong.yml and Kong's certificate. Keeps the values that the `.env` has and a certificate
 * that is good for another month. Answers the paths of what it wrote.
 */
export async function generateSecrets(root: string): Promise<string[]> {
  const environment = join(root, secretFiles.environment)
  const secrets = withMissing(parseEnv(await readIfThere(environment)))
  const certificate = await certificateIn(join(root, secretFiles.compose))
  const platform = Object.fromEntries(platformSecrets().map((name) => [name, secrets[name] ?? '']))
  const files: Array<[path: string, text: string, mode: number]> = [
    [environment, heading + linesOf({ ...secrets, KONG_CONFIG_UID: String(process.getuid?.() ?? 0) }), 0o600],
    [join(root, secretFiles.kubernetes, 'secrets.env'), linesOf(platform), 0o600],
  ]
  for (const place of ['compose', 'kubernetes'] as const) {
    const folder = join(root, secretFiles[place])
    files.push([join(folder, 'kong.yml'), kongYamlFor(place, secrets), 0o600])
    files.push(...certificateFiles(folder, certificate, place))
  }
  // Kong runs as a user of its image, who can read the mounted key; nobody else of this machine comes through the folder.
  await mkdir(join(root, secretFiles.compose), { recursive: true })
  await chmod(join(root, secretFiles.compose), 0o700)
  for (const [path, text, mode] of files) await writePrivately(path, text, mode)
  return files.map(([path]) => path)
}

const heading =
  '# Written by `pnpm secrets:generate`, which keeps what stands here. Take a line out to get a new value.\n'

/** 256 random bits each, in characters that URLs, shells and YAML leave alone. */
function withMissing(known: NodeJS.Dict<string>): Secrets {
  return Object.fromEntries(
    secretNames().map((name) => [name, known[name] || randomBytes(32).toString('hex')] as const),
  )
}

function linesOf(secrets: Secrets): string {
  return Object.entries(secrets)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

function kongYamlFor(place: 'compose' | 'kubernetes', secrets: Secrets): string {
  return renderKongYaml(readKongConfig({ ...secrets, NODE_ENV: 'production', EDGE_TARGETS: place }))
}

async function certificateIn(folder: string): Promise<TlsKeyPair> {
  const certificate = await readIfThere(join(folder, 'tls.crt'))
  const key = await readIfThere(join(folder, 'tls.key'))
  return key && isStillValid(certificate) ? { certificate, key } : makeKongCertificate()
}

/** Signed by itself, the certificate is its own issuer. */
function certificateFiles(
  folder: string,
  { certificate, key }: TlsKeyPair,
  place: 'compose' | 'kubernetes',
): Array<[path: string, text: string, mode: number]> {
  return [
    [join(folder, 'tls.crt'), certificate, 0o644],
    [join(folder, 'ca.crt'), certificate, 0o644],
    [join(folder, 'tls.key'), key, place === 'compose' ? 0o644 : 0o600],
  ]
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

/** As a whole or not at all, never readable by more than it is meant for. */
async function writePrivately(path: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const unfinished = `${path}.${process.pid}`
  await writeFile(unfinished, text, { mode })
  await rename(unfinished, path)
}
