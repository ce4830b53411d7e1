import { briefIdling } from '@movieverse/service/brief-idling.ts'
import { Pool } from 'undici'
import type { ServiceEntity } from '../declarative/entities.ts'
import type { Peer } from './peer.ts'

/** Connections to everything behind the edge, kept open between requests: a pool for each service and target. */
export class TargetPools {
  readonly #pools = new Map<ServiceEntity, Map<Peer, Pool>>()

  of(service: ServiceEntity, peer: Peer): Pool {
    let ofService = this.#pools.get(service)
    if (!ofService) this.#pools.set(service, (ofService = new Map()))
    let pool = ofService.get(peer)
    if (!pool) {
      pool = new Pool(`${service.protocol}://${peer.host}:${peer.port}`, {
        pipelining: 1,
        allowH2: false,
        connect: { timeout: service.connect_timeout },
        ...briefIdling,
      })
      ofService.set(peer, pool)
    }
    return pool
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()].flatMap((ofService) => [...ofService.values()])
    await Promise.all(pools.map((pool) => pool.destroy()))
  }
}
