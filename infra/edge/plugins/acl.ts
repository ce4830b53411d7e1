import type { z } from 'zod'
import type { Exchange, OwnAnswer } from '../exchange.ts'
import type { PluginKind } from '../plugin.ts'
import { flag, listOf, record, refuse, text } from '../declarative/fields.ts'
import { setIdentityHeader } from './identity.ts'
import { errorAnswer } from './own-answers.ts'

const lists = "'config.allow', 'config.deny'"

const config = record({
  allow: listOf(text).optional(),
  deny: listOf(text).optional(),
  hide_groups_header: flag(false),
  include_consumer_groups: flag(false),
  always_use_authenticated_groups: flag(false),
}).superRefine(({ allow = [], deny = [], include_consumer_groups }, context) => {
  if (include_consumer_groups) refuse(context, 'the embedded edge knows no consumer groups: run Kong')
  if (allow.length > 0 === deny.length > 0) {
    refuse(context, `exactly one of these fields must be non-empty: ${lists}`, 'plugin')
  }
  if (allow.length === 0 && deny.length === 0) {
    refuse(context, `at least one of these fields must be non-empty: ${lists}`, 'plugin')
  }
})

/** Lets consumers pass by their groups, and tells the service which they are in. */
export const acl: PluginKind<z.output<typeof config>> = {
  name: 'acl',
  priority: 950,
  allowsConsumer: false,
  config,
  create: ({ allow = [], deny = [], hide_groups_header: isHidden }, { credentials }) => ({
    access(exchange) {
      const { consumer } = exchange
      const groups = consumer ? credentials.groupsOf(consumer) : []
      const passes = consumer && (deny.length > 0 ? !sharesOne(groups, deny) : sharesOne(groups, allow))
      if (!passes) return refusal(exchange, groups)
      if (!isHidden) {
        setIdentityHeader(exchange, 'X-Consumer-Groups', groups.length > 0 ? groups.toSorted().join(', ') : undefined)
      }
      return undefined
    },
  }),
}

function sharesOne(groups: readonly string[], listed: readonly string[]): boolean {
  return groups.some((group) => listed.includes(group))
}

/** Whoever is in no group and has no credential may still get further by sending one: 401. */
function refusal({ credential }: Exchange, groups: readonly string[]): OwnAnswer {
  return groups.length === 0 && !credential
    ? errorAnswer(401, 'Unauthorized')
    : errorAnswer(403, 'You cannot consume this service')
}
