import { expect, test } from 'vitest'
import { anonymous, identityOf, isTrustedService } from './identity.ts'

const config = { EDGE_SECRET: 'edge-secret', SERVICE_SECRET: 'service-secret' }
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
