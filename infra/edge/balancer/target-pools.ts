import { briefIdling } from '@movieverse/service/brief-idling.ts'
import { Pool } from 'undici'

/** Where a call goes, and how long connecting may take. */
export interface Origin {
  readonly protocol: 'http' | 'https'
  readonly host: string
  readonly port: number
  readonly connectTimeout: number
}

/** Connections to everything behind the edge, kept open between requests. */
export class TargetPools {
  readonly #pools = new Map<string, Pool>()

  of({ protocol, host, port, connectTimeout }: Origin): Pool {
    const key = `${protocol}://${host}:${port} ${connectTimeout}`
    let pool = this.#pools.get(key)
    if (!pool) {
      pool = new Pool(`${protocol}://${host}:${port}`, {
        pipelining: 1,
        allowH2: false,
        connect: { timeout: connectTimeout },
        ...briefIdling,
      })
      this.#pools.set(key, pool)
    }
    return pool
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()))
  }
}
