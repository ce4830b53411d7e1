import { isDeepStrictEqual } from 'node:util'
import type { GatewayQuery } from './queries.ts'

/** What is wrong with a server's answers to a query, for each of its variables; undefined where all are right. */
export async function wrongAnswer(
  url: string,
  { query, variables, expected }: GatewayQuery,
): Promise<string | undefined> {
  for (const values of variables) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: values }),
    })
    // Whatever it is, it is compared.
    const answer = (await response.json()) as { data?: unknown; errors?: unknown[] }
    if (!response.ok || answer.errors) return `status ${response.status}, ${brief(answer.errors)}`
    const difference = differenceOf(answer.data, expected(values), 'data')
    if (difference !== undefined) return difference
  }
  return undefined
}

function differenceOf(got: unknown, wanted: unknown, path: string): string | undefined {
  if (isDeepStrictEqual(got, wanted)) return undefined
  if (isObject(got) && isObject(wanted)) {
    for (const key of new Set([...Object.keys(wanted), ...Object.keys(got)])) {
      const difference = differenceOf(got[key], wanted[key], `${path}.${key}`)
      if (difference !== undefined) return difference
    }
  }
  return `${path} is ${brief(got)}, not ${brief(wanted)}`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function brief(value: unknown): string {
  return (JSON.stringify(value) ?? 'missing').slice(0, 160)
}
