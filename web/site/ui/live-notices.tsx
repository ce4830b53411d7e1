import { regions } from '@movieverse/regions/regions.ts'
import { useEffect, useState, type ReactNode } from 'react'
import { titlePath } from '../pages/routes.ts'
import type { PageData } from '../pages/state.ts'
import { Icon } from './icon.tsx'
import { refreshEvent } from './navigation.ts'
import { useSite } from './site.tsx'

interface LiveTitle {
  readonly id: string
  readonly region: string
  readonly movieId: string
  readonly title: string
}

const shownAtMost = 3

/** As the server says of a connection that breaks; one that it answers with an error the browser gives up for good. */
const againMs = 3000

/** Tells which titles become available in the region that is looked at, or else in the visitor's. */
export function LiveNotices({ page }: { page: PageData }): ReactNode {
  const { shell, texts } = useSite()
  const [titles, setTitles] = useState<readonly LiveTitle[]>([])
  const region = (page.page === 'browse' ? page.region : null) ?? shell.region
  useEffect(() => {
    if (region === null || !regions.some(({ code }) => code === region)) return
    let source: EventSource
    let again: ReturnType<typeof setTimeout> | undefined
    const listen = (): void => {
      source = new EventSource(`/site/live?region=${region}`)
      source.addEventListener('open', () => document.documentElement.setAttribute('data-live', region))
      source.addEventListener('error', () => {
        document.documentElement.removeAttribute('data-live')
        if (source.readyState === EventSource.CLOSED) again = setTimeout(listen, againMs)
      })
      source.addEventListener('available', (event) => {
        // `as`: what live.routes.ts writes.
        const title = JSON.parse(String(event.data)) as LiveTitle
        setTitles((known) => [title, ...known.filter(({ id }) => id !== title.id)].slice(0, shownAtMost))
        dispatchEvent(new Event(refreshEvent))
      })
    }
    listen()
    return () => {
      clearTimeout(again)
      source.close()
      document.documentElement.removeAttribute('data-live')
    }
  }, [region])
  const { live } = texts.messages
  return (
    <div className="live" role="status" aria-live="polite">
      {titles.map(({ id, movieId, title, region: where }) => (
        <div key={id} className="toast">
          <a href={titlePath(movieId)}>{live.nowHere(title, texts.region(where))}</a>
          <button
            type="button"
            aria-label={live.close}
            onClick={() => setTitles((known) => known.filter((each) => each.id !== id))}
          >
            <Icon name="cross" />
          </button>
        </div>
      ))}
    </div>
  )
}
