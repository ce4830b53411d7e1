import { randomUUID } from 'node:crypto'
import type { ConnectionCounts } from '../admin/status.ts'
import type { Balancer } from '../balancer/balancer.ts'
import { createKongMetrics, targetStates, type KongMetrics } from './kong-metrics.ts'

export interface EdgeMetricParts {
  readonly balancer: Balancer
  readonly counts: () => ConnectionCounts
  readonly isDatabaseReachable: () => Promise<boolean>
}

/** Kong's metrics over this edge's balancer, connections and database. */
export function createEdgeMetrics({ balancer, counts, isDatabaseReachable }: EdgeMetricParts): KongMetrics {
  return createKongMetrics({
    nodeId: randomUUID(),
    version: '3.9.3',
    *targets() {
      for (const upstream of balancer.upstreams) {
        for (const peer of upstream.peers) {
          const asked = upstream.stateOf(peer).toLowerCase()
          const state = targetStates.find((known) => known === asked) ?? 'healthchecks_off'
          const address = peer.isResolved ? `${peer.host}:${peer.port}` : ''
          yield { upstream: upstream.entity.name, target: peer.target, address, state }
        }
      }
    },
    connections() {
      const { accepted, active, totalRequests } = counts()
      return { accepted, handled: accepted, active, reading: 0, writing: active, waiting: 0, total: totalRequests }
    },
    requests: () => counts().totalRequests,
    isDatastoreReachable: isDatabaseReachable,
  })
}
