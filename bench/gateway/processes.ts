import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setTimeout as wait } from 'node:timers/promises'

/** A process that this benchmark started, and which ends with it. */
export interface StartedProcess extends AsyncDisposable {
  readonly pid: number
}

/** A command line, with the environment that it adds to ours. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** A gateway or subgraph that answers GraphQL. */
export interface GraphqlProcess extends StartedProcess {
  readonly url: string
}

const startTimeoutMs = 30_000

/** Starts a server and waits until it answers GraphQL at a path of the port. Throws where it ends or takes too long. */
export async function startGraphql({ file, args, env = {}, cwd }: Command, port: number): Promise<GraphqlProcess> {
  const child = spawn(file, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
    ...(cwd !== undefined && { cwd }),
  })
  const started = { ...processOf(child), url: `http://127.0.0.1:${port}/graphql` }
  const deadline = performance.now() + startTimeoutMs
  while (!(await answersGraphql(started.url))) {
    if (child.exitCode === null && performance.now() < deadline) await wait(50)
    else {
      await started[Symbol.asyncDispose]()
      throw new Error(`${args.join(' ')} did not start`)
    }
  }
  return started
}

async function answersGraphql(url: string): Promise<boolean> {
  try {
    const headers = { 'content-type': 'application/json' }
    return (await fetch(url, { method: 'POST', headers, body: '{"query":"{ __typename }"}' })).ok
  } catch {
    return false
  }
}

/** Starts the fixture subgraphs. Answers the port of each by name. */
export async function startFixtures(): Promise<StartedProcess & { readonly ports: Readonly<Record<string, number>> }> {
  const child = fork(fileURLToPath(new URL('subgraphs.ts', import.meta.url)), {
    env: { ...process.env, NODE_ENV: 'production' },
  })
  // What subgraphs.ts sends first.
  const [ports] = (await once(child, 'message')) as [Record<string, number>]
  return { ...processOf(child), ports }
}

function processOf(child: ChildProcess): StartedProcess {
  // A benchmark that fails leaves nobody behind.
  const kill = (): boolean => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  return {
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 3000)
      await once(child, 'exit')
      clearTimeout(late)
    },
  }
}
