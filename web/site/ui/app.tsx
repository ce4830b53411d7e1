import type { ReactNode } from 'react'
import { BrowsePage } from '../pages/browse/browse.page.tsx'
import { ForYouPage } from '../pages/for-you/for-you.page.tsx'
import { MissingPage } from './missing.page.tsx'
import { ProfilePage } from '../pages/profile/profile.page.tsx'
import { SearchPage } from '../pages/search/search.page.tsx'
import { signInPath } from '../pages/routes.ts'
import type { PageData, SiteState } from '../pages/state.ts'
import { StatusPage } from '../pages/status/status.page.tsx'
import { TitlePage } from '../pages/title/title.page.tsx'
import { WatchlistPage } from '../pages/watchlist/watchlist.page.tsx'
import { Footer } from './footer.tsx'
import { Header } from './header.tsx'
import { LiveNotices } from './live-notices.tsx'
import { SiteProvider } from './site.tsx'
import { textsOf } from '../messages/texts.ts'

/** The whole of the site around a page; the same on the server and in the browser. */
export function App({ state, problem }: { state: SiteState; problem?: string | undefined }): ReactNode {
  const { messages } = textsOf(state.shell.language, state.written)
  return (
    <SiteProvider state={state}>
      <a className="skip" href="#content">
        {messages.skip}
      </a>
      <Header page={state.page} />
      <main id="content" tabIndex={-1} data-page={state.page.page}>
        {problem !== undefined && (
          <p className="notice notice-bad notice-alert" role="alert">
            {problem}
          </p>
        )}
        {state.shell.hasEnded && (
          <p className="notice notice-alert" role="alert">
            {messages.account.ended}{' '}
            <a href={signInPath(state.shell.url)} data-leave>
              {messages.account.signIn}
            </a>
          </p>
        )}
        <Page page={state.page} />
      </main>
      <LiveNotices page={state.page} />
      <Footer />
    </SiteProvider>
  )
}

function Page({ page }: { page: PageData }): ReactNode {
  switch (page.page) {
    case 'browse':
      return <BrowsePage {...page} />
    case 'title':
      return <TitlePage {...page} />
    case 'search':
      return <SearchPage {...page} />
    case 'for-you':
      return <ForYouPage {...page} />
    case 'watchlist':
      return <WatchlistPage {...page} />
    case 'profile':
      return <ProfilePage {...page} />
    case 'status':
      return <StatusPage {...page} />
    case 'missing':
      return <MissingPage />
  }
}

/** What stands in the window's title. */
export function documentTitle({ shell, page, written }: SiteState): string {
  const texts = textsOf(shell.language, written)
  const { messages } = texts
  const titles: Readonly<Record<PageData['page'], string>> = {
    browse:
      page.page === 'browse' && page.region !== null
        ? messages.browse.inRegion(texts.region(page.region))
        : messages.browse.heading,
    title: page.page === 'title' ? (page.movie?.title ?? messages.unknown) : '',
    search:
      page.page === 'search' && page.text !== '' ? `${page.text} – ${messages.pages.search}` : messages.pages.search,
    'for-you': messages.forYou.heading,
    watchlist: messages.watchlist.heading,
    profile: messages.profile.heading,
    status: messages.status.heading,
    missing: messages.errors.missing,
  }
  return `${titles[page.page]} · MovieVerse`
}
