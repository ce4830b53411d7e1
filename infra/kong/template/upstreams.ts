import type { Region } from '@movieverse/regions/regions.ts'
import type { KongSettings } from '../config.ts'
import type { KongUpstream } from '../kong-file.ts'

/** Name of the upstream that balances a service. */
export function upstreamOf(service: string): string {
  return `${service}.upstream`
}

/**
 * Services ask for themselves whether they may be sent requests. Active checks alone take a target out and back in;
 * passive ones see a crash before the next check does, and active ones end what those began.
 */
const healthchecks = {
  active: {
    type: 'http',
    http_path: '/readyz',
    timeout: 1,
    healthy: { interval: 1, successes: 1, http_statuses: [200] },
    unhealthy: { interval: 1, http_failures: 1, tcp_failures: 1, timeouts: 2, http_statuses: [404, 429, 500, 503] },
  },
  passive: {
    type: 'http',
    healthy: { successes: 0, http_statuses: [200] },
    unhealthy: { http_failures: 0, tcp_failures: 1, timeouts: 3, http_statuses: [503] },
  },
}

/** One upstream for each service that clients reach, every target with the same weight. */
export function upstreams(regions: readonly Region[], settings: KongSettings): KongUpstream[] {
  const services = [{ slug: 'supergraph', port: 4000 }, { slug: 'web', port: 3000 }, ...regions]
  return services.map(({ slug: service, port }) => ({
    name: upstreamOf(service),
    targets: targetsOf(service, port, settings).map((target) => ({ target, weight: 100 })),
    // There one target is all pods of a service: the cluster leaves out those that are not ready, and one that fails a
    // check must not take the others along.
    ...(settings.EDGE_TARGETS !== 'kubernetes' && { healthchecks }),
  }))
}

function targetsOf(service: string, port: number, settings: KongSettings): readonly string[] {
  return settings.EDGE_UPSTREAMS[service] ?? [`${hostOf(service, settings)}:${port}`]
}

function hostOf(service: string, { EDGE_TARGETS, KUBERNETES_NAMESPACE }: KongSettings): string {
  if (EDGE_TARGETS === 'local') return '127.0.0.1'
  return EDGE_TARGETS === 'compose' ? service : `${service}.${KUBERNETES_NAMESPACE}.svc`
}
