import { between, listOf, record, refuse, text, textThat } from '../declarative/fields.ts'
import { createNetworkTest, isNetwork } from '../networks.ts'
import { errorAnswer } from '../own-answer.ts'
import { pluginKind } from '../plugin.ts'

const networks = listOf(textThat(isNetwork, (value) => `invalid ip or cidr range: '${value}'`)).default([])

/** Lets clients pass by their address. */
export const ipRestriction = pluginKind({
  name: 'ip-restriction',
  priority: 990,
  allowsConsumer: true,
  config: record({
    allow: networks,
    deny: networks,
    status: between(100, 599).default(403),
    message: text.optional(),
  }).superRefine(({ allow, deny }, context) => {
    if (allow.length + deny.length > 0) return
    refuse(context, "at least one of these fields must be non-empty: 'config.allow', 'config.deny'", 'plugin')
  }),
  create({ allow, deny, status, message }) {
    const [isAllowed, isDenied] = [createNetworkTest(allow), createNetworkTest(deny)]
    return {
      access({ request: { clientAddress } }) {
        const passes = !isDenied(clientAddress) && (allow.length === 0 || isAllowed(clientAddress))
        return passes ? undefined : errorAnswer(status, message ?? `IP address not allowed: ${clientAddress}`)
      },
    }
  },
})
