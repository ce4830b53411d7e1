import { Scalar } from 'yaml'

/** What another service waits for. */
export type Condition = 'service_healthy' | 'service_completed_successfully'

export interface Healthcheck {
  readonly test: readonly string[]
  readonly interval: string
  readonly timeout: string
  readonly retries: number
  readonly start_period?: string
}

/** The part of a compose service that we use; the schema is held against the whole file by a test. */
export interface ComposeService {
  readonly image: string
  readonly build?: {
    readonly context: string
    readonly dockerfile: string
    readonly args: Readonly<Record<string, string>>
  }
  readonly pull_policy?: 'build'
  readonly depends_on?: Readonly<Record<string, { readonly condition: Condition }>>
  readonly user?: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes?: readonly string[]
  readonly tmpfs?: readonly string[]
  readonly ports?: ReadonlyArray<Scalar<string>>
  readonly networks: readonly string[]
  readonly init?: boolean
  readonly healthcheck?: Healthcheck | { readonly disable: true }
  readonly stop_grace_period?: string
  readonly restart?: 'unless-stopped' | 'on-failure'
  readonly deploy: { readonly resources: { readonly limits: Limits } }
}

/** What a container may use at most. */
export interface Limits {
  readonly cpus: string
  readonly memory: string
  readonly pids: number
}

/** What every container is started with: it writes nowhere but where it is told, and can gain nothing. */
export const restricted = {
  read_only: true,
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
} as const

export function limited(cpus: string, memory: string, pids = 256): ComposeService['deploy'] {
  return { resources: { limits: { cpus, memory, pids } } }
}

/** A port of a container on this machine alone, quoted, as YAML 1.1 asks. */
export function localPort(host: number, container = host): Scalar<string> {
  const scalar = new Scalar(`127.0.0.1:${host}:${container}`)
  scalar.type = 'QUOTE_SINGLE'
  return scalar
}

/** A secret from the environment; compose refuses to start without it. */
export function secretOf(name: string): string {
  return `\${${name}:?run pnpm secrets:generate}`
}
