import type { Written } from '../messages/texts.ts'
import type { Theme } from '../../look/themes.ts'
import type { Language } from '../../sign-in/messages/languages.ts'
import type { BrowseData } from './browse/browse.data.ts'
import type { ForYouData } from './for-you/for-you.data.ts'
import type { ProfileData } from './profile/profile.data.ts'
import type { SearchData } from './search/search.data.ts'
import type { StatusData } from './status/status.data.ts'
import type { TitleData } from './title/title.data.ts'
import type { WatchlistData } from './watchlist/watchlist.data.ts'

/** What stands around every page. */
export interface Shell {
  readonly language: Language
  readonly theme: Theme
  /** The region that the visitor chose; null as long as they chose none. */
  readonly region: string | null
  /** Where pictures of posters are, by `{imdbId}`; null where all are drawn. */
  readonly posterUrl: string | null
  /** Path and query of the page. */
  readonly url: string
  /** Whether the visitor is signed in. */
  readonly isSignedIn: boolean
  /** Whether the visitor was signed in until now, and the edge has ended it. */
  readonly hasEnded: boolean
  /** The token that the visitor's forms carry. */
  readonly formToken: string | null
  /** The name that stands in the visitor's account; null for nobody. */
  readonly name: string | null
}

export interface MissingData {
  readonly page: 'missing'
}

export type PageData =
  | BrowseData
  | TitleData
  | SearchData
  | ForYouData
  | WatchlistData
  | ProfileData
  | StatusData
  | MissingData

/** All that a page is drawn from, on the server and in the browser alike. */
export interface SiteState {
  readonly shell: Shell
  readonly page: PageData
  /** What the server has written with Intl on the page, once it has drawn it. */
  readonly written: Written
}
