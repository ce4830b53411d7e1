import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** The project's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A command of the project while it runs. */
export interface RunningCommand extends AsyncDisposable {
  readonly pid: number
  /** Everything that it printed so far. */
  output(): string
  /** Settles once it printed the text; rejects where it ended before. */
  printed(text: string): Promise<void>
  signal(name: NodeJS.Signals): void
  /** Its exit code, or null where a signal ended it. */
  readonly ended: Promise<number | null>
}

/** Runs a program of the project with this Node, from the project's folder. */
export function runCommand(args: readonly string[], environment: Record<string, string> = {}): RunningCommand {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'development', ...environment },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const ended = once(child, 'close').then(() => child.exitCode)
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    signal: (name) => child.kill(name),
    async printed(text) {
      const seen = (): boolean => output.includes(text)
      const ending = ended.then(() => 'ended' as const)
      while (!seen()) {
        const next = await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), ending])
        if (next === 'ended' && !seen()) throw new Error(`ended before it printed "${text}":\n${output}`)
      }
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
    },
  }
}
