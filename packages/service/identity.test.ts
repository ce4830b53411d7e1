import { expect, test } from 'vitest'
import { anonymous, identityOf, isTrustedService } from './identity.ts'

const config = { EDGE_SECRET: ['edge-secret'], SERVICE_SECRET: ['service-secret'] } as const
const claims = {
  'x-consumer-username': 'web',
  'x-authenticated-userid': '7',
  'x-authenticated-scope': 'viewer:read viewer:write',
}

test('identity headers are believed beside the right secret', () => {
  expect(identityOf({ headers: { ...claims, 'x-edge-secret': 'edge-secret' } }, config)).toEqual({
    consumer: 'web',
    userId: '7',
    scopes: ['viewer:read', 'viewer:write'],
  })
})

test.each([[undefined], [''], ['wrong'], ['edge-secret, edge-secret'], ['edge-secre'], ['edge-secret\0']])(
  'identity headers beside the secret %j are not believed',
  (secret) => {
    expect(identityOf({ headers: { ...claims, 'x-edge-secret': secret } }, config)).toBe(anonymous)
  },
)

test('while a secret is exchanged, the one to send and the others are believed alike, and no list of them', () => {
  const exchanging = {
    EDGE_SECRET: ['new-secret', 'old-secret'],
    SERVICE_SECRET: ['one-secret', 'two-secret'],
  } as const
  const userOf = (secret: string): string | null =>
    identityOf({ headers: { ...claims, 'x-edge-secret': secret } }, exchanging).userId
  expect(['new-secret', 'old-secret', 'edge-secret', 'new-secret,old-secret'].map(userOf)).toEqual([
    '7',
    '7',
    null,
    null,
  ])
  const isTrusted = (secret: string): boolean =>
    isTrustedService({ headers: { 'x-service-secret': secret } }, exchanging)
  expect(['one-secret', 'two-secret', 'one-secret,two-secret', ''].map(isTrusted)).toEqual([true, true, false, false])
})

test("the edge's anonymous consumer is nobody", () => {
  const headers = { ...claims, 'x-edge-secret': 'edge-secret', 'x-anonymous-consumer': 'true' }
  expect(identityOf({ headers }, config)).toBe(anonymous)
})

test('groups are never read', () => {
  const headers = { 'x-edge-secret': 'edge-secret', 'x-consumer-groups': 'admin' }
  expect(identityOf({ headers }, config)).toEqual({ consumer: null, userId: null, scopes: [] })
})

test('only the service secret makes a call trusted', () => {
  expect(isTrustedService({ headers: { 'x-service-secret': 'service-secret' } }, config)).toBe(true)
  expect(isTrustedService({ headers: { 'x-service-secret': 'edge-secret' } }, config)).toBe(false)
  expect(isTrustedService({ headers: {} }, config)).toBe(false)
})
