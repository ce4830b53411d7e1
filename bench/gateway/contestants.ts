import { fileURLToPath } from 'node:url'
import { servingStart } from '@movieverse/service/heap.ts'
import type { Fixture } from './fixtures.ts'
import type { Command } from './processes.ts'

/** A fixture subgraph and where it answers. */
export interface StartedFixture extends Omit<Fixture, 'resolvers'> {
  readonly url: string
}

/** Files that tell a gateway of the fixture subgraphs. */
export interface GatewayFiles {
  /** The composed Federation 2 schema, with the subgraphs' addresses. */
  readonly supergraph: string
  /** The same as clients see it. */
  readonly api: string
  /** A JSON list of StartedFixture. */
  readonly subgraphs: string
}

/** A gateway that takes part. */
export interface Contestant {
  readonly name: string
  /** The settings it runs with, for readers of the table. */
  readonly settings: string
  readonly command: (files: GatewayFiles, port: number) => Command
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export const peersFolder = here('../peers')

/** The secrets that NODE_ENV=production wants, and no wait before a process ends. */
export const productionEnvironment = {
  NODE_ENV: 'production',
  LOG_LEVEL: 'warn',
  EDGE_SECRET: 'bench-edge-secret',
  SERVICE_SECRET: 'bench-service-secret',
  DRAIN_DELAY_MS: '0',
} as const

/** Ours. */
export const supergraph: Contestant = {
  name: 'MovieVerse',
  settings:
    'NODE_ENV=production, LOG_LEVEL=warn (no line per request, as with the others), node --max-semi-space-size=16 and MALLOC_ARENA_MAX=2 as `pnpm start` has them, everything else as by default: every limit, CSRF prevention, timeouts, metrics and security headers are on; no edge in front',
  command: (files, port) => ({
    file: process.execPath,
    args: [...servingStart.flags, here('supergraph.ts'), '--supergraph', files.supergraph, '--api', files.api],
    env: { ...servingStart.environment, ...productionEnvironment, PORT: String(port) },
  }),
}

/** Programs of bench/peers read their port and files from the environment. */
const peer =
  (program: string): Contestant['command'] =>
  (files, port) => ({
    file: process.execPath,
    args: [program],
    cwd: peersFolder,
    env: { NODE_ENV: 'production', PORT: String(port), SUPERGRAPH: files.supergraph, SUBGRAPHS: files.subgraphs },
  })

const hiveProgram = 'node_modules/@graphql-hive/gateway/dist/bin.js'

const hive =
  (...options: readonly string[]): Contestant['command'] =>
  ({ supergraph: file }, port) => ({
    file: process.execPath,
    args: [
      hiveProgram,
      'supergraph',
      file,
      ...options,
      `--port=${port}`,
      '--host=127.0.0.1',
      '--config-path=hive.config.mjs',
      '--fork=1',
    ],
    cwd: peersFolder,
    env: { NODE_ENV: 'production', LOG_LEVEL: 'warn' },
  })

/** The others; the package versions stand in bench/peers/package.json. */
export const peers: readonly Contestant[] = [
  {
    name: 'Hive Gateway, Rust planner',
    settings:
      'NODE_ENV=production, one process, --hive-router-runtime; sharing of equal upstream calls on (its default)',
    command: hive('--hive-router-runtime'),
  },
  {
    name: 'Hive Gateway, JS planner',
    settings: 'NODE_ENV=production, one process, --jit; sharing of equal upstream calls on (its default)',
    command: hive('--jit'),
  },
  {
    name: 'Apollo Gateway',
    settings: 'NODE_ENV=production, @apollo/server standalone, composed schema from a file, no usage reporting',
    command: peer('apollo-gateway.mjs'),
  },
  {
    name: 'stock mercurius',
    settings: 'NODE_ENV=production, @mercuriusjs/gateway with jit: 1, no logger, subgraphs in Federation 1 SDL',
    command: peer('stock-mercurius.mjs'),
  },
]

/** The fixture catalog on the platform's own stack. */
export const houseSubgraph: Contestant = {
  name: 'subgraph on our stack',
  settings: 'NODE_ENV=production, LOG_LEVEL=warn, started as MovieVerse is, no database',
  command: (_files, port) => ({
    file: process.execPath,
    args: [...servingStart.flags, here('house-subgraph.ts')],
    env: { ...servingStart.environment, ...productionEnvironment, PORT: String(port) },
  }),
}
