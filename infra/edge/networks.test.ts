import { expect, test } from 'vitest'
import { plainAddress, createNetworkTest } from './networks.ts'

test('nobody is trusted unless named', () => {
  expect(createNetworkTest([])('127.0.0.1')).toBe(false)
})

test('addresses and networks of both families are trusted', () => {
  const isTrusted = createNetworkTest(['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'])
  expect(['127.0.0.1', '10.200.1.1', '::1', 'fd12::1'].map(isTrusted)).toEqual([true, true, true, true])
  expect(['127.0.0.2', '11.0.0.1', 'fe80::1', ''].map(isTrusted)).toEqual([false, false, false, false])
})

test('an IPv4 address that came over IPv6 is the IPv4 address', () => {
  expect(plainAddress('::ffff:10.0.0.1')).toBe('10.0.0.1')
})
