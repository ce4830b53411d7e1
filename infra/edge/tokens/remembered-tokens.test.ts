import { expect, test } from 'vitest'
import { RememberedTokens } from './remembered-tokens.ts'

const token = {
  credential_id: 'client',
  service_id: null,
  scope: null,
  authenticated_user_id: null,
  expires_at: null,
}

test('a token is remembered for a moment, so that one that another process took back does not pass for long', () => {
  const remembered = new RememberedTokens()
  remembered.put('a', token, 1000, remembered.generation)
  expect(remembered.get('a', 5999)).toBe(token)
  expect(remembered.get('a', 6000)).toBeUndefined()
})

test('a read that began before a token was taken back does not bring it to life again', () => {
  const remembered = new RememberedTokens()
  const early = remembered.generation
  remembered.forget('a')
  remembered.put('a', token, 0, early)
  expect(remembered.get('a', 1)).toBeUndefined()
  remembered.put('a', token, 0, remembered.generation)
  expect(remembered.get('a', 1)).toBe(token)
})

test('of very many tokens the first are forgotten', () => {
  const remembered = new RememberedTokens()
  for (let number = 0; number <= 10_000; number++) remembered.put(`${number}`, token, 0, 0)
  expect(remembered.get('0', 1)).toBeUndefined()
  expect(remembered.get('1', 1)).toBe(token)
  expect(remembered.get('10000', 1)).toBe(token)
})
