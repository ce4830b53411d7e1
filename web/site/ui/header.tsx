import { regions } from '@movieverse/regions/regions.ts'
import type { ReactNode } from 'react'
import { browsePath, signInPath } from '../pages/routes.ts'
import type { PageData } from '../pages/state.ts'
import { Icon, type IconName } from './icon.tsx'
import { RegionPicker } from './region-picker.tsx'
import { useSite } from './site.tsx'

/** The name, the pages, a search field, and who is here. */
export function Header({ page }: { page: PageData }): ReactNode {
  const { messages } = useSite().texts
  return (
    <header className="header">
      <div className="header-row">
        <a className="brand" href="/">
          <Icon name="play" />
          MovieVerse
        </a>
        {page.page !== 'search' && (
          <form className="quick-search" action="/search" role="search">
            <Icon name="search" />
            <input
              type="search"
              name="q"
              aria-label={messages.search.label}
              placeholder={messages.search.placeholder}
            />
          </form>
        )}
        <Visitor />
      </div>
      <div className="header-row header-row-low">
        <Pages page={page} />
        <RegionPicker />
      </div>
    </header>
  )
}

function Pages({ page }: { page: PageData }): ReactNode {
  const { messages } = useSite().texts
  const own = [
    ['search', '/search', messages.pages.search, 'search'],
    ['for-you', '/for-you', messages.pages.forYou, 'heart'],
    ['watchlist', '/watchlist', messages.pages.watchlist, 'bookmark'],
  ] as const satisfies ReadonlyArray<readonly [string, string, string, IconName]>
  return (
    <nav className="pages" aria-label={messages.nav}>
      <a href="/" aria-current={page.page === 'browse' ? 'page' : undefined}>
        <Icon name="film" />
        <span>{messages.pages.browse}</span>
      </a>
      {own.map(([name, path, label, icon]) => (
        <a key={name} href={path} aria-current={page.page === name ? 'page' : undefined}>
          <Icon name={icon} />
          <span>{label}</span>
        </a>
      ))}
    </nav>
  )
}

/** Who is signed in, or the way to be. */
function Visitor(): ReactNode {
  const { shell, texts } = useSite()
  const { messages } = texts
  if (!shell.isSignedIn) {
    return (
      <a className="button button-main button-small" href={signInPath(shell.url)} data-leave>
        {messages.account.signIn}
      </a>
    )
  }
  return (
    <div className="visitor">
      <a href="/profile" className="visitor-name" aria-label={`${messages.pages.profile}: ${shell.name}`}>
        <span className="avatar" aria-hidden="true" data-letter={[...(shell.name ?? '?')][0]} />
        <span className="visitor-text">{shell.name}</span>
      </a>
      <form method="post" action="/site/sign-out" data-leave>
        <input type="hidden" name="token" value={shell.formToken ?? ''} />
        <button className="button button-quiet button-small">{messages.account.signOut}</button>
      </form>
    </div>
  )
}

/** Tabs of the catalogues: all, and one for each region. */
export function CatalogueTabs({ region, search }: { region: string | null; search: string }): ReactNode {
  const { texts } = useSite()
  const tabs = [null, ...regions.map(({ code }) => code)]
  return (
    <nav className="tabs" aria-label={texts.messages.regionsNav}>
      {tabs.map((code) => (
        <a key={code ?? ''} href={browsePath(code) + search} aria-current={code === region ? 'page' : undefined}>
          {code === null ? texts.messages.all : texts.region(code)}
        </a>
      ))}
    </nav>
  )
}
