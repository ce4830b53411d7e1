import { BlockList, isIP } from 'node:net'

/** Tells whether a peer's X-Forwarded-* and X-Real-IP headers are believed (Kong's `trusted_ips`). */
export type TrustedPeers = (address: string) => boolean

/** Of addresses and networks in CIDR notation; none of them means that nobody is trusted. */
export function trustedPeers(networks: readonly string[]): TrustedPeers {
  if (networks.length === 0) return () => false
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** IPv4 addresses of a socket that listens on IPv6 too come mapped. */
export function plainAddress(address: string | undefined): string {
  return address?.startsWith('::ffff:') ? address.slice('::ffff:'.length) : (address ?? '')
}
