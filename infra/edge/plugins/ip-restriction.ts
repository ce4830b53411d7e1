import { BlockList, isIP } from 'node:net'
import type { z } from 'zod'
import type { PluginKind } from '../plugin.ts'
import { between, listOf, record, refuse, text } from '../declarative/fields.ts'
import { errorAnswer } from './own-answers.ts'

const addresses = listOf(
  text.refine(isAddressOrRange, { error: ({ input }) => `invalid ip or cidr range: '${String(input)}'` }),
)

const config = record({
  allow: addresses.optional(),
  deny: addresses.optional(),
  status: between(100, 599).default(403),
  message: text.optional(),
}).superRefine(({ allow = [], deny = [] }, context) => {
  if (allow.length + deny.length > 0) return
  refuse(context, "at least one of these fields must be non-empty: 'config.allow', 'config.deny'", 'plugin')
})

/** Lets clients pass by their address. */
export const ipRestriction: PluginKind<z.output<typeof config>> = {
  name: 'ip-restriction',
  priority: 990,
  allowsConsumer: true,
  config,
  create({ allow = [], deny = [], status, message }) {
    const allowed = listOfAddresses(allow)
    const denied = listOfAddresses(deny)
    return {
      access({ request: { clientAddress } }) {
        const passes = !stands(denied, clientAddress) && (allow.length === 0 || stands(allowed, clientAddress))
        return passes ? undefined : errorAnswer(status, message ?? `IP address not allowed: ${clientAddress}`)
      },
    }
  },
}

function isAddressOrRange(value: string): boolean {
  const [address = '', prefix, ...rest] = value.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32))
}

function listOfAddresses(entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

function stands(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}
