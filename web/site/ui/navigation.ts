import { routeOf } from '../pages/routes.ts'
import type { SiteState } from '../pages/state.ts'

/** Dispatched on the window when the page that is shown should be loaded anew, in its place. */
export const refreshEvent = 'movieverse:refresh'

/** What is shown, and what went wrong on the way to it. */
export interface Shown {
  readonly state: SiteState
  readonly problem?: string | undefined
}

export type Show = (shown: Shown) => void

/** Where a page was left, kept in the entry of the browser's history. */
interface Place {
  readonly key: number
  readonly x: number
  readonly y: number
}

/** Pages that "back" shows at once. */
const rememberedPages = 30

/**
 * Goes from page to page without loading documents: links and forms of ours are taken over, everything else is left to
 * the browser. Back and forward show the page as it was left, at the place where it was left.
 */
export class Navigation {
  readonly #show: Show
  readonly #pages = new Map<number, SiteState>()
  #current: SiteState
  #key: number
  #loading: AbortController | undefined

  constructor(state: SiteState, show: Show) {
    this.#current = state
    this.#show = show
    this.#key = placeOf(history.state)?.key ?? Date.now()
    this.#remember(state)
    history.scrollRestoration = 'manual'
    const place = placeOf(history.state)
    if (place) scrollTo(place.x, place.y)
    else history.replaceState(this.#place(), '')
  }

  get shell(): SiteState['shell'] {
    return this.#current.shell
  }

  /** Whether a path is a page of ours, which needs no new document. */
  static isPage(url: URL): boolean {
    return url.origin === location.origin && routeOf(url.pathname) !== null
  }

  async go(url: URL, { replaces = false, keepsFocus = false } = {}): Promise<void> {
    this.leave()
    const path = url.pathname + url.search
    const state = await this.#load(path)
    if (state === 'superseded') return
    if (state === null) {
      location.assign(url)
      return
    }
    if (replaces) history.replaceState(this.#place(), '', path)
    else {
      this.#key = Date.now()
      history.pushState({ key: this.#key, x: 0, y: 0 } satisfies Place, '', url)
    }
    this.#put(state)
    if (keepsFocus) return
    scrollTo(0, 0)
    document.querySelector<HTMLElement>('#content')?.focus({ preventScroll: true })
  }

  /** The same page with what has changed since, at the same place. */
  async refresh(): Promise<void> {
    const state = await this.#load(location.pathname + location.search)
    if (state !== null && state !== 'superseded') this.#put(state)
  }

  async back(entry: unknown): Promise<void> {
    const place = placeOf(entry)
    this.#key = place?.key ?? Date.now()
    const known = this.#pages.get(this.#key)
    const state = known ?? (await this.#load(location.pathname + location.search))
    if (state === 'superseded') return
    if (state === null) return location.reload()
    this.#put(state)
    // After the page is drawn, which it is before the next frame.
    requestAnimationFrame(() => scrollTo(place?.x ?? 0, place?.y ?? 0))
  }

  /** Notes where the page is left. */
  leave(): void {
    history.replaceState(this.#place(), '')
  }

  /** Shows a state that came with the answer to a form. Pages of before may say otherwise, so "back" loads them anew. */
  put(state: SiteState, problem?: string): void {
    this.#pages.clear()
    this.#put(state, problem)
  }

  fail(problem: string): void {
    this.#show({ state: this.#current, problem })
  }

  #put(state: SiteState, problem?: string): void {
    this.#current = state
    this.#remember(state)
    this.#show({ state, problem })
  }

  #remember(state: SiteState): void {
    this.#pages.set(this.#key, state)
    const oldest = this.#pages.keys().next().value
    if (this.#pages.size > rememberedPages && oldest !== undefined) this.#pages.delete(oldest)
  }

  #place(): Place {
    return { key: this.#key, x: scrollX, y: scrollY }
  }

  /** The state of a page; null where a document must be loaded instead. */
  async #load(path: string): Promise<SiteState | null | 'superseded'> {
    this.#loading?.abort()
    const loading = new AbortController()
    this.#loading = loading
    document.documentElement.setAttribute('data-loading', '')
    try {
      const answer = await fetch(`/site/state?path=${encodeURIComponent(path)}`, { signal: loading.signal })
      // `as`: what register.ts sends.
      return answer.ok ? ((await answer.json()) as SiteState) : null
    } catch {
      return loading.signal.aborted ? 'superseded' : null
    } finally {
      if (this.#loading === loading) document.documentElement.removeAttribute('data-loading')
    }
  }
}

function placeOf(entry: unknown): Place | null {
  // `as`: only this class writes entries.
  return typeof entry === 'object' && entry !== null && 'key' in entry ? (entry as Place) : null
}
