import { TargetHealth } from './target-health.ts'

/** One address that an upstream's requests can go to. */
export interface Peer {
  /** As kong.yml has it. */
  readonly target: string
  readonly host: string
  readonly port: number
  readonly weight: number
  readonly health: TargetHealth
  /** Whether its name was last found; addresses always are. */
  isResolved: boolean
  /** For the choice by weight. */
  credit: number
}

/** Kong's port of a target that names none. */
const defaultPort = 8000

export function createPeer(target: string, weight: number): Peer {
  const match = /^(.*?)(?::(\d+))?$/.exec(target)
  const host = match?.[1] ?? target
  const port = match?.[2] === undefined ? defaultPort : Number(match[2])
  return { target, host, port, weight, health: new TargetHealth(), isResolved: true, credit: 0 }
}

/**
 * The next of several by weight: of any run as long as the sum of the weights, each gets its exact share, spread evenly.
 * Changes their credits; undefined where there is none.
 */
export function nextByWeight(peers: readonly Peer[]): Peer | undefined {
  let next: Peer | undefined
  let total = 0
  for (const peer of peers) {
    total += peer.weight
    peer.credit += peer.weight
    if (!next || peer.credit > next.credit) next = peer
  }
  if (next) next.credit -= total
  return next
}
