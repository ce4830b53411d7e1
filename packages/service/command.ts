import { inspect } from 'node:util'
import { ConfigError } from './config.ts'

/** A command line that makes no sense; its message says how it is used. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * Runs a command-line program. What fails is told in one line with its causes, bad configuration in one line for each
 * problem; the exit code is 2 for bad usage and configuration, 1 for the rest. Stacks are for services, not for people
 * at a prompt.
 */
export async function runCommand(name: string, main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    console.error(`${name}: ${describeError(error)}`)
    process.exitCode = isUsage(error) ? 2 : 1
  }
}

function isUsage(error: unknown): boolean {
  if (error instanceof UsageError || error instanceof ConfigError) return true
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}

/** An error's text with those of its causes: `migration 03 failed (up): table x exists`. */
export function describeError(error: unknown): string {
  const texts: string[] = []
  for (let cause = asError(error); cause; cause = asError(cause.cause)) {
    const text = textOf(cause)
    if (!texts.some((known) => known.includes(text))) texts.push(text)
  }
  return texts.join(': ')
}

function asError(thrown: unknown): Error | null {
  if (thrown === undefined || thrown instanceof Error) return thrown ?? null
  return new Error(inspect(thrown))
}

// A failed connection is an AggregateError without a text: its code says it all.
function textOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : ''
  const text = error.message || code || error.name
  return error instanceof ConfigError ? text : text.replaceAll(/\s*\n\s*/g, ' ')
}
