import { expect } from 'vitest'
import type { SeenRequest } from './echo.ts'
import type { Got, Sent } from './send.ts'
import type { TestEdge } from './test-edge.ts'

/** An answer and what the echo saw for it. */
export interface Asked {
  readonly got: Got
  readonly seen: readonly SeenRequest[]
}

/** Sends a request over plain http and gathers what reached a service. */
export async function ask(edge: TestEdge, sent: Sent): Promise<Asked> {
  edge.echo.forget()
  const got = await edge.send(sent)
  return { got, seen: [...edge.echo.seen] }
}

/** The only request that reached a service. */
export function onlySeen({ seen, got }: Asked): SeenRequest {
  expect(seen.length, `${got.status} ${got.text}`).toBe(1)
  const [request] = seen
  if (!request) throw new Error('expect has thrown')
  return request
}

/** The value of a header that came once, undefined where it did not come, all of them where it came twice. */
export function headerOf({ headers }: SeenRequest, name: string): string | undefined {
  const values = headers.get(name.toLowerCase())
  return values?.join(' and ')
}

export type Header = readonly [name: string, value: string]

export const bearer = (token: string): Header => ['Authorization', `Bearer ${token}`]
export const json: Header = ['Content-Type', 'application/json']
