import { expect, test } from 'vitest'
import { consumer, exchangeOf, partsOf, pluginOf, refusalsOf } from '../../../tests/edge/support/plugin-bench.ts'
import { acl } from './acl.ts'

const groups = { website: ['apps', 'admins'], partner: ['keys'], anonymous: ['answer-anonymous'] }

function judge(config: object, name?: string, hasCredential = true) {
  const exchange = exchangeOf({ headers: [['X-Consumer-Groups', 'forged']] })
  if (name !== undefined) exchange.consumer = consumer(name)
  if (name !== undefined && hasCredential) exchange.credential = { id: 'credential' }
  const answer = pluginOf(acl, config, partsOf({ groups })).access?.(exchange)
  return { answer, seen: exchange.request.headers.getAll('x-consumer-groups') }
}

test('a consumer of an allowed group passes, and the service sees its groups in order', () => {
  expect(judge({ allow: ['apps'] }, 'website')).toEqual({ answer: undefined, seen: ['admins, apps'] })
})

test('a consumer of no allowed group, and one of a denied group, is refused with 403', () => {
  const refused = { answer: { kind: 'error', status: 403, message: 'You cannot consume this service', headers: [] } }
  expect(judge({ allow: ['apps'] }, 'partner')).toMatchObject(refused)
  expect(judge({ deny: ['keys'] }, 'partner')).toMatchObject(refused)
  expect(judge({ allow: ['apps'] }, 'anonymous', false)).toMatchObject(refused)
  expect(judge({ deny: ['keys'] }, 'website').answer).toBeUndefined()
})

test('nobody, and an anonymous consumer without groups, is asked for a credential with 401', () => {
  expect(judge({ allow: ['apps'] }).answer).toMatchObject({ status: 401, message: 'Unauthorized' })
  expect(judge({ allow: ['apps'] }, 'nobody', false).answer).toMatchObject({ status: 401 })
  expect(judge({ allow: ['apps'] }, 'nobody').answer).toMatchObject({ status: 403 })
})

test('a consumer without groups that no list denies keeps no forged group', () => {
  expect(judge({ deny: ['keys'] }, 'nobody')).toEqual({ answer: undefined, seen: [] })
})

test('hidden groups are not told, and then a client may say what it likes, as with Kong', () => {
  expect(judge({ allow: ['apps'], hide_groups_header: true }, 'website').seen).toEqual(['forged'])
})

test('one list, and only one, must be given', () => {
  const lists = "'config.allow', 'config.deny'"
  expect(refusalsOf(acl, { allow: ['a'], deny: ['b'] })).toEqual([
    `@plugin: exactly one of these fields must be non-empty: ${lists}`,
  ])
  expect(refusalsOf(acl, {})).toContain(`@plugin: at least one of these fields must be non-empty: ${lists}`)
  expect(refusalsOf(acl, { allow: ['a'], groups: [] })).toEqual(['groups: unknown field'])
})
