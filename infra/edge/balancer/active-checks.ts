import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Outcome, Peer } from './peer.ts'
import type { Upstream } from './upstream.ts'

/**
 * Probes an upstream's targets as Kong does, healthy and unhealthy ones each at their own interval, until stopped. A
 * target whose last probe has not answered yet is not probed again.
 */
export function startActiveChecks(upstream: Upstream): { stop(): void } {
  const { healthy, unhealthy } = upstream.entity.healthchecks.active
  const running = new Set<Peer>()
  const probeAll = (isHealthy: boolean): void => {
    for (const peer of upstream.peers) {
      if (peer.isHealthy !== isHealthy || running.has(peer)) continue
      running.add(peer)
      probe(upstream, peer, (outcome) => {
        running.delete(peer)
        upstream.reportActive(peer, outcome)
      })
    }
  }
  const timers = [[healthy.interval, true] as const, [unhealthy.interval, false] as const].flatMap(
    ([seconds, isHealthy]) => (seconds > 0 ? [setInterval(probeAll, seconds * 1000, isHealthy).unref()] : []),
  )
  return { stop: () => timers.forEach((timer) => clearInterval(timer)) }
}

function probe({ entity }: Upstream, peer: Peer, done: (outcome: Outcome) => void): void {
  const { type, http_path, headers, timeout } = entity.healthchecks.active
  let isDone = false
  const finish = (outcome: Outcome): void => {
    if (isDone) return
    isDone = true
    clearTimeout(limit)
    socket.destroy()
    done(outcome)
  }
  const { host, port } = peer
  const socket = type === 'https' ? connectTls({ host, port, servername: host }) : connectTcp({ host, port })
  const limit = setTimeout(finish, timeout * 1000, { kind: 'timeout' }).unref()
  socket.on('error', () => finish({ kind: 'refused' }))
  socket.on('close', () => finish({ kind: 'refused' }))
  socket.once(type === 'https' ? 'secureConnect' : 'connect', () => {
    if (type === 'tcp') return finish({ kind: 'status', status: 200 })
    const asked = entity.host_header ?? host
    const lines = Object.entries(headers).flatMap(([name, values]) => values.map((value) => `${name}: ${value}`))
    socket.write([`GET ${http_path} HTTP/1.0`, ...lines, `Host: ${asked}`, '', ''].join('\r\n'))
  })
  let answer = ''
  socket.on('data', (chunk: Buffer) => {
    answer = (answer + chunk.toString('latin1')).slice(0, 16)
    const status = /^HTTP\/1\.\d (\d{3})/.exec(answer)
    if (status) finish({ kind: 'status', status: Number(status[1]) })
  })
}
