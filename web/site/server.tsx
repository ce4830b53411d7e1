import { renderToString } from 'react-dom/server'
import type { SiteState } from './pages/state.ts'
import { App, documentTitle } from './ui/app.tsx'

/** Draws a page on the server, and notes in its state what Intl wrote on it: what site-bundle.ts imports from the bundle. */
export function render(state: SiteState): { title: string; markup: string } {
  return { title: documentTitle(state), markup: renderToString(<App state={state} />) }
}
