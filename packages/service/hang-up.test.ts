import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { HangUp, type Cancellation } from './hang-up.ts'

test('whoever still listens is told that the client is gone, each once, though they take themselves off', () => {
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  const gone: Cancellation = new HangUp(response)
  const told: string[] = []
  const listenerOf = (name: string): (() => void) => {
    const listener = (): void => {
      told.push(name)
      gone.removeEventListener('abort', listener)
    }
    gone.addEventListener('abort', listener)
    return listener
  }
  listenerOf('one')
  gone.removeEventListener('abort', listenerOf('answered'))
  listenerOf('two')
  expect(gone.aborted).toBe(false)
  response.emit('close')
  response.emit('close')
  expect([gone.aborted, told]).toEqual([true, ['one', 'two']])
})

test('an answer that is complete is no hang-up', async () => {
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  const gone = new HangUp(response)
  Object.defineProperty(response, 'writableFinished', { value: true })
  response.emit('close')
  expect(gone.aborted).toBe(false)
})

test('an AbortSignal is a cancellation too', () => {
  const signal: Cancellation = AbortSignal.abort()
  expect(signal.aborted).toBe(true)
})
