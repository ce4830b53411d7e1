import type { ReactNode } from 'react'
import { ActionForm } from '../../ui/action-form.tsx'
import { Card } from '../../ui/card.tsx'
import { SectionError } from '../../ui/section-error.tsx'
import { SignInHint } from '../../ui/sign-in-hint.tsx'
import { useSite } from '../../ui/site.tsx'
import type { WatchlistData } from './watchlist.data.ts'

export function WatchlistPage(data: WatchlistData): ReactNode {
  const { shell, texts } = useSite()
  const { watchlist } = texts.messages
  return (
    <>
      <h1>{watchlist.heading}</h1>
      {shell.isSignedIn ? <Entries {...data} /> : <SignInHint text={watchlist.signIn} />}
    </>
  )
}

function Entries({ items, next }: WatchlistData): ReactNode {
  const { texts } = useSite()
  const { watchlist, pages } = texts.messages
  if (items === null) return <SectionError />
  if (items.length === 0) {
    return (
      <div className="empty">
        <p>{watchlist.empty}</p>
        <p>{watchlist.emptyHint}</p>
        <a className="button button-main" href="/">
          {pages.browse}
        </a>
      </div>
    )
  }
  return (
    <>
      <ul className="cards">
        {items.map(({ movie, addedAt }) => (
          <Card key={movie.id} movie={movie} note={watchlist.added(texts.date(addedAt))}>
            <ActionForm action="watchlist-remove" movie={movie.id}>
              <button className="button button-small button-quiet" aria-label={`${watchlist.remove}: ${movie.title}`}>
                {watchlist.remove}
              </button>
            </ActionForm>
          </Card>
        ))}
      </ul>
      {next !== null && (
        <p className="pager">
          <a className="button button-main" href={`/watchlist?after=${encodeURIComponent(next)}`}>
            {watchlist.next}
          </a>
        </p>
      )}
    </>
  )
}
