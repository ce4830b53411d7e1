import type { FastifyReply, FastifyRequest } from 'fastify'
import { sessionTokenOf, setSessionToken } from '../../sign-in/visit.ts'
import { apiOf, sessionHashOf, type SiteContext } from '../context.ts'
import { chosenRegion } from '../http/preferences.ts'
import { statusLinks, statusTargets } from '../status-targets.ts'
import { loadBrowse } from './browse/browse.data.ts'
import { loadForYou } from './for-you/for-you.data.ts'
import type { PageContext } from './page-context.ts'
import { loadProfile } from './profile/profile.data.ts'
import { routeOf } from './routes.ts'
import { loadSearch } from './search/search.data.ts'
import type { PageData, SiteState } from './state.ts'
import { loadStatus } from './status/status.data.ts'
import { loadTitle } from './title/title.data.ts'
import { loadWatchlist } from './watchlist/watchlist.data.ts'

interface Wanted {
  /** A path of ours, perhaps with a query. */
  readonly url: string
  /** Whether the visitor's sign-in was found to have ended before. */
  readonly hasEnded?: boolean
}

/** All that a page is drawn from. */
export async function loadState(
  context: SiteContext,
  request: FastifyRequest,
  reply: FastifyReply,
  { url, hasEnded = false }: Wanted,
): Promise<SiteState> {
  const { pathname, searchParams } = new URL(url, 'http://local.invalid')
  // What the visitor has once chosen with `lang` needs not stand in every link.
  searchParams.delete('lang')
  const search = searchParams.toString()
  const api = await apiOf(context, request)
  const region = chosenRegion(request)
  const { language } = request.visit
  const pageContext = { api, query: searchParams, language, region, log: request.log }
  const wasSignedIn = api.isSignedIn
  const first = await loadPage(context, pathname, pageContext)
  // The edge ended the session in the middle: the page comes as everybody has it.
  const page = wasSignedIn && !api.isSignedIn ? await loadPage(context, pathname, pageContext) : first
  const isKnown = sessionHashOf(request) !== null
  // A session of the past: told once, and then the browser forgets it.
  const isPast = !isKnown && sessionTokenOf(request) !== null
  if (isPast) setSessionToken(request, reply, '')
  const shell = {
    language,
    theme: request.visit.theme,
    region,
    posterUrl: context.config.POSTER_URL ?? null,
    url: pathname + (search === '' ? '' : `?${search}`),
    isSignedIn: api.isSignedIn,
    hasEnded: hasEnded || api.hasEnded || isPast,
    formToken: isKnown ? context.forms.tokenFor('session', request, reply) : null,
    name: request.visit.account?.name ?? null,
  }
  return { shell, page, written: {} }
}

/** The same for a browser that draws it: drawn here once, so that it has every text as the server writes it. */
export async function loadDrawnState(...wanted: Parameters<typeof loadState>): Promise<SiteState> {
  const [{ bundle }] = wanted
  const [state, { render }] = await Promise.all([loadState(...wanted), bundle.load()])
  render(state)
  return state
}

async function loadPage(context: SiteContext, path: string, page: PageContext): Promise<PageData> {
  const route = routeOf(path)
  switch (route?.page) {
    case undefined:
      return { page: 'missing' }
    case 'browse':
      return loadBrowse(page, route.region)
    case 'title':
      return loadTitle(page, route.id)
    case 'search':
      return loadSearch(page)
    case 'for-you':
      return loadForYou(page)
    case 'watchlist':
      return loadWatchlist(page)
    case 'profile':
      return loadProfile(page)
    case 'status':
      return loadStatus(statusTargets(context.config), statusLinks(context.config), context.now())
  }
}
