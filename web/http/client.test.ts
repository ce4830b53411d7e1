import { describe, expect, test } from 'vitest'
import { clientOf } from './client.ts'

const config = { EDGE_SECRET: ['the-edge-secret'], NODE_ENV: 'development' } as const
const asked = (ip: string, headers: Record<string, string> = {}) => clientOf({ ip, headers }, config)
const edge = { 'x-edge-secret': 'the-edge-secret' }

describe('who asks', () => {
  test('without the edge’s secret nothing that a header says is believed', () => {
    expect(asked('192.0.2.7', { 'x-forwarded-proto': 'https', 'x-real-ip': '203.0.113.1' })).toEqual({
      isSecure: false,
      network: '192.0.2.7',
    })
  })

  test('beside it scheme and address are the edge’s', () => {
    expect(asked('127.0.0.1', { ...edge, 'x-forwarded-proto': 'https', 'x-real-ip': '203.0.113.1' })).toEqual({
      isSecure: true,
      network: '203.0.113.1',
    })
    expect(asked('127.0.0.1', { ...edge, 'x-real-ip': 'nonsense' }).network).toBe('127.0.0.1')
  })

  test('in production a browser is always on https', () => {
    expect(clientOf({ ip: '192.0.2.7', headers: {} }, { ...config, NODE_ENV: 'production' }).isSecure).toBe(true)
  })

  test.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
  ])('the network of %s is %s', (address, network) => {
    expect(asked(address).network).toBe(network)
  })
})
