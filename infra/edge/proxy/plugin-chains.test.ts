import { expect, test } from 'vitest'
import { z } from 'zod'
import type { ConsumerEntity, PluginEntity, RouteEntity, ServiceEntity } from '../declarative/entities.ts'
import type { EdgeParts, PluginKind } from '../plugin.ts'
import { configurationOf } from '../../../tests/edge/support/entities.ts'
import { PluginChains } from './plugin-chains.ts'

const { services, routes, consumers } = configurationOf(
  'services: [{name: s, host: h, routes: [{name: r, paths: [/r]}, {name: other, paths: [/o]}]}]\nconsumers: [{username: c}]',
)
const [service] = services
const [route, otherRoute] = routes
const [consumer] = consumers

/** A kind whose instances leave their id in a list when their log phase runs. */
function kindNamed(name: string, priority: number, ran: string[]): PluginKind {
  return {
    name,
    priority,
    allowsConsumer: true,
    config: z.never(),
    create: (id) => ({ log: () => void ran.push(String(id)) }),
  }
}

interface Scope {
  readonly service?: ServiceEntity | undefined
  readonly route?: RouteEntity | undefined
  readonly consumer?: ConsumerEntity | undefined
  readonly enabled?: boolean
}

function instance(
  id: string,
  { service: ofService, route: ofRoute, consumer: of, enabled = true }: Scope = {},
): PluginEntity {
  return { id, name: 'p', enabled, config: id, tags: [], service: ofService, route: ofRoute, consumer: of }
}

function ranFor(
  instances: readonly PluginEntity[],
  asked: RouteEntity | undefined,
  by?: ConsumerEntity,
  priority = 1,
): string[] {
  const ran: string[] = []
  // `as`: these kinds ask nothing of the edge, nor of the exchange.
  const chains = new PluginChains(instances, [kindNamed('p', priority, ran)], {} as EdgeParts)
  const chain = asked ? chains.of(asked, by) : chains.unmatched
  for (const log of chain.log) log({} as never)
  return ran
}

const all = [
  instance('global'),
  instance('service', { service }),
  instance('route', { route }),
  instance('consumer', { consumer }),
  instance('service+consumer', { service, consumer }),
  instance('route+consumer', { route, consumer }),
  instance('service+route+consumer', { service, route, consumer }),
]

test('of one plugin only the most specific instance runs, in the order of Kong', () => {
  const order: string[] = []
  let left = all
  while (left.length > 0) {
    const [ran = ''] = ranFor(left, route, consumer)
    order.push(ran)
    left = left.filter(({ id }) => id !== ran)
  }
  expect(order).toEqual([
    'service+route+consumer',
    'route+consumer',
    'service+consumer',
    'consumer',
    'route',
    'service',
    'global',
  ])
})

test('an instance of another route or of nobody known does not run', () => {
  expect(ranFor([instance('route', { route })], otherRoute, consumer)).toEqual([])
  expect(ranFor([instance('consumer', { consumer })], route)).toEqual([])
})

test('without a route only global instances run', () => {
  expect(ranFor(all, undefined)).toEqual(['global'])
})

test('a switched-off instance leaves its place to a wider one', () => {
  expect(ranFor([instance('global'), instance('route', { route, enabled: false })], route)).toEqual(['global'])
})

test('what runs before a consumer is known is never that of a consumer', () => {
  expect(ranFor([instance('global'), instance('consumer', { consumer })], route, consumer, 2000)).toEqual(['global'])
})

test('a chain is made once', () => {
  const chains = new PluginChains([], [], {} as EdgeParts)
  if (!route) throw new Error('no route')
  expect(chains.of(route, consumer)).toBe(chains.of(route, consumer))
})
