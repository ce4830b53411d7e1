export interface ServiceHealth {
  readonly name: string
  readonly health: 'up' | 'failing' | 'down'
  readonly milliseconds: number | null
}

export interface StatusLink {
  readonly name: string
  readonly url: string
}

export interface StatusData {
  readonly page: 'status'
  readonly services: readonly ServiceHealth[]
  readonly links: readonly StatusLink[]
  /** When it was looked, in ISO 8601. */
  readonly checkedAt: string
}

/** Asks each service for its readiness, all at once; no request to the API. */
export async function loadStatus(
  targets: ReadonlyMap<string, string>,
  links: readonly StatusLink[],
  now: Date,
): Promise<StatusData> {
  const services = await Promise.all([...targets].map(([name, url]) => healthOf(name, url)))
  return { page: 'status', services, links, checkedAt: now.toISOString() }
}

async function healthOf(name: string, url: string): Promise<ServiceHealth> {
  const start = performance.now()
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1500) })
    await answer.body?.cancel()
    const milliseconds = Math.round(performance.now() - start)
    return { name, health: answer.ok ? 'up' : 'failing', milliseconds }
  } catch {
    return { name, health: 'down', milliseconds: null }
  }
}
