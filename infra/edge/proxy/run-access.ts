import type { OwnAnswer } from '../exchange.ts'
import type { PluginChain, PluginChains } from './plugin-chains.ts'
import type { ProxyExchange } from './proxy-exchange.ts'

/**
 * Runs the access phases of a matched request. Once authentication has found a consumer, the rest of the chain is that
 * of the consumer. An answer ends it. A promise is made only where a plugin makes one.
 */
export function runAccess(
  chains: PluginChains,
  exchange: ProxyExchange,
  chain: PluginChain,
  from = 0,
): OwnAnswer | undefined | Promise<OwnAnswer | undefined> {
  let current = chain
  let index = from
  for (let step = current.access[index]; step; step = current.access[index]) {
    const answer = step.run(exchange)
    const { priority } = step
    if (answer instanceof Promise) {
      return answer.then((settled) => {
        if (settled) return settled
        const following = nextChain(chains, exchange, current)
        return runAccess(chains, exchange, following, firstBelow(following, priority))
      })
    }
    if (answer) return answer
    const following = nextChain(chains, exchange, current)
    index = following === current ? index + 1 : firstBelow(following, priority)
    current = following
  }
  return undefined
}

function nextChain(chains: PluginChains, { route, consumer }: ProxyExchange, current: PluginChain): PluginChain {
  return route && consumer !== current.consumer ? chains.of(route, consumer) : current
}

function firstBelow({ access }: PluginChain, priority: number): number {
  const index = access.findIndex((step) => step.priority < priority)
  return index < 0 ? access.length : index
}
