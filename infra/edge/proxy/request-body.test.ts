import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { BodyTooLarge, ClientGone, RequestBody } from './request-body.ts'

const chunk = Buffer.alloc(1000, 'a')

function incomingOf(...chunks: readonly Buffer[]): IncomingMessage {
  const incoming = new IncomingMessage(new Socket())
  for (const each of chunks) incoming.push(each)
  return incoming
}

test('a chunked body is read no further than the limit, until somebody wants all of it', async () => {
  const incoming = incomingOf(chunk)
  const body = new RequestBody(incoming, undefined, 10_000)
  const isLonger = body.isLongerThan(1500)
  for (let sent = 0; sent < 4; sent++) {
    await nextTurn()
    incoming.push(chunk)
  }
  expect(await isLonger).toBe(true)
  await nextTurn()
  expect(body.received).toBe(2000)
  incoming.push(null)
  expect((await body.read()).length).toBe(5000)
  expect(await body.isLongerThan(4999)).toBe(true)
})

test('a chunked body within the limit is known to be so at its end', async () => {
  const incoming = incomingOf(chunk)
  const body = new RequestBody(incoming, undefined, 10_000)
  incoming.push(null)
  expect(await body.isLongerThan(1000)).toBe(false)
  expect((await body.read()).equals(chunk)).toBe(true)
})

test('more than the edge keeps is refused, and a client that leaves is told from one that is done', async () => {
  const long = new RequestBody(incomingOf(chunk, chunk), undefined, 1500)
  await expect(long.read()).rejects.toThrow(BodyTooLarge)
  await expect(new RequestBody(incomingOf(), 2000, 1500).read()).rejects.toThrow(BodyTooLarge)
  const incoming = incomingOf(chunk)
  const cut = new RequestBody(incoming, 2000, 10_000).read()
  incoming.destroy()
  await expect(cut).rejects.toThrow(ClientGone)
})
