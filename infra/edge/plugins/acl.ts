import { flag, kongOnly, listOf, record, refuse, text } from '../declarative/fields.ts'
import { errorAnswer } from '../own-answer.ts'
import { pluginKind } from '../plugin.ts'
import { setIdentityHeader } from './identity.ts'

const lists = "'config.allow', 'config.deny'"

const config = record({
  allow: listOf(text).default([]),
  deny: listOf(text).default([]),
  hide_groups_header: flag(false),
  ...kongOnly('include_consumer_groups', 'always_use_authenticated_groups'),
}).superRefine(({ allow, deny }, context) => {
  if (allow.length > 0 !== deny.length > 0) return
  refuse(context, `exactly one of these fields must be non-empty: ${lists}`, 'plugin')
  if (allow.length === 0) refuse(context, `at least one of these fields must be non-empty: ${lists}`, 'plugin')
})

/** Lets consumers pass by their groups, and tells the service which they are in. */
export const acl = pluginKind({
  name: 'acl',
  priority: 950,
  allowsConsumer: false,
  config,
  create: ({ allow, deny, hide_groups_header: isHidden }, { credentials }) => ({
    access(exchange) {
      const { consumer, credential } = exchange
      const groups = credentials.groups.get(consumer?.id ?? '') ?? []
      const isIn = (listed: readonly string[]): boolean => groups.some((group) => listed.includes(group))
      if (!consumer || (deny.length > 0 ? isIn(deny) : !isIn(allow))) {
        // Whoever is in no group and has no credential may still get further by sending one.
        const mayTry = groups.length === 0 && !credential
        return mayTry ? errorAnswer(401, 'Unauthorized') : errorAnswer(403, 'You cannot consume this service')
      }
      const shown = groups.length > 0 ? groups.toSorted().join(', ') : undefined
      if (!isHidden) setIdentityHeader(exchange, 'X-Consumer-Groups', shown)
      return undefined
    },
  }),
})
