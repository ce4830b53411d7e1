import { useEffect, useState, type ReactNode } from 'react'
import { flushSync } from 'react-dom'
import { hydrateRoot } from 'react-dom/client'
import type { SiteState } from './pages/state.ts'
import { App, documentTitle } from './ui/app.tsx'
import { Navigation, type Shown } from './ui/navigation.ts'
import { takeOver } from './ui/take-over.ts'

function Root({ first }: { first: SiteState }): ReactNode {
  const [shown, setShown] = useState<Shown>({ state: first })
  useEffect(() => {
    takeOver(
      new Navigation(first, (next) => {
        flushSync(() => setShown(next))
        document.title = documentTitle(next.state)
      }),
    )
  }, [first])
  return <App state={shown.state} problem={shown.problem} />
}

const root = document.querySelector('#site')
const state = document.querySelector('#state')?.textContent
// `as`: the state that document.ts writes.
if (root && state) hydrateRoot(root, <Root first={JSON.parse(state) as SiteState} />)
