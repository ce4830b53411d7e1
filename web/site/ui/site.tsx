import { createContext, useContext, type ReactNode } from 'react'
import type { Shell, SiteState } from '../pages/state.ts'
import { textsOf, type Texts } from '../messages/texts.ts'

/** What every component may use. */
export interface Site {
  readonly shell: Shell
  readonly texts: Texts
}

const SiteContext = createContext<Site | null>(null)

export function SiteProvider({ state, children }: { state: SiteState; children: ReactNode }): ReactNode {
  const texts = textsOf(state.shell.language, state.written)
  return <SiteContext value={{ shell: state.shell, texts }}>{children}</SiteContext>
}

export function useSite(): Site {
  const site = useContext(SiteContext)
  if (!site) throw new Error('a component of the site stands outside it')
  return site
}
