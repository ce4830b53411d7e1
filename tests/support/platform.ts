import { startPlatform, type Platform } from '../../scripts/platform/platform.ts'
import { serviceProcesses } from '../../scripts/platform/processes.ts'

/** The GraphQL services on one database, without the edge, stopped when they are disposed of. */
export interface RunningPlatform extends Platform, AsyncDisposable {
  /** Every line that its processes printed. */
  readonly lines: readonly string[]
}

/** Starts the services on the database that the URL names; the database must be migrated. */
export async function startTestPlatform(databaseUrl: string): Promise<RunningPlatform> {
  const lines: string[] = []
  const platform = await startPlatform({
    processes: serviceProcesses(),
    environment: { ...process.env, DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn', NODE_ENV: 'development' },
    watch: false,
    print: (line) => lines.push(line),
  })
  return { ...platform, lines, [Symbol.asyncDispose]: () => platform.stop() }
}
