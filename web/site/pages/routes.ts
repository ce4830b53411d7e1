import { regions } from '@movieverse/regions/regions.ts'

/** The pages of the website and what their paths name. */
export type Route =
  | { readonly page: 'browse'; readonly region: string | null }
  | { readonly page: 'title'; readonly id: string }
  | { readonly page: 'search' | 'for-you' | 'watchlist' | 'profile' | 'status' }

const plainPages = ['search', 'for-you', 'watchlist', 'profile', 'status'] as const

/** The page of a path; null where there is none. */
export function routeOf(path: string): Route | null {
  if (path === '/') return { page: 'browse', region: null }
  const title = /^\/title\/([^/]+)$/.exec(path)?.[1]
  if (title !== undefined) return titleRoute(title)
  const page = plainPages.find((name) => path === `/${name}`)
  if (page) return { page }
  const region = regions.find(({ code }) => path === `/${code.toLowerCase()}`)
  return region ? { page: 'browse', region: region.code } : null
}

function titleRoute(part: string): Route | null {
  try {
    return { page: 'title', id: decodeURIComponent(part) }
  } catch {
    return null
  }
}

/** The path of all titles, or of a region's. */
export function browsePath(region: string | null): string {
  return region === null ? '/' : `/${region.toLowerCase()}`
}

export function titlePath(id: string): string {
  return `/title/${encodeURIComponent(id)}`
}

/** Where a visitor signs in and comes back from. */
export function signInPath(back: string): string {
  return `/site/sign-in?return=${encodeURIComponent(back)}`
}
