import type { ReactNode } from 'react'
import { ActionForm } from '../../ui/action-form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { SectionError } from '../../ui/section-error.tsx'
import { useSite } from '../../ui/site.tsx'
import { signInPath } from '../routes.ts'
import type { Opinion } from './title.data.ts'

const stars = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5] as const

/** Rating, watchlist and hiding, for whoever is signed in. */
export function OpinionSection({ movie, opinion }: { movie: string; opinion: Opinion | null }): ReactNode {
  const { shell, texts } = useSite()
  const { title: words } = texts.messages
  if (!shell.isSignedIn) {
    return (
      <p className="hint">
        <a href={signInPath(shell.url)} data-leave>
          {words.signInToRate}
        </a>
      </p>
    )
  }
  if (opinion === null) return <SectionError />
  return (
    <section className="opinion" aria-label={words.yours}>
      <RatingForm movie={movie} rating={opinion.rating} />
      <div className="opinion-row">
        <ActionForm action={opinion.onWatchlist ? 'watchlist-remove' : 'watchlist-add'} movie={movie}>
          <button
            className="button"
            aria-pressed={opinion.onWatchlist}
            title={opinion.onWatchlist ? words.removeHint : ''}
          >
            <Icon name="bookmark" />
            {opinion.onWatchlist ? words.remove : words.add}
          </button>
        </ActionForm>
        <ActionForm action={opinion.hidden ? 'unhide' : 'hide'} movie={movie}>
          <button className="button button-quiet" aria-pressed={opinion.hidden}>
            {opinion.hidden ? words.unhide : words.hide}
          </button>
        </ActionForm>
        {opinion.seen && <span className="badge">{words.seen}</span>}
      </div>
    </section>
  )
}

/** Half stars as buttons of one form, so that each is a choice of its own without JavaScript too. */
function RatingForm({ movie, rating }: { movie: string; rating: number | null }): ReactNode {
  const { texts } = useSite()
  const { title: words } = texts.messages
  return (
    <div className="rating">
      <ActionForm action="rate" movie={movie} className="stars">
        <span className="rating-label" id="rate">
          {words.rate}
        </span>
        <span className="stars-row" role="group" aria-labelledby="rate">
          {stars.map((value) => (
            <button
              key={value}
              name="stars"
              value={value}
              className={value % 1 === 0 ? 'star star-right' : 'star star-left'}
              aria-label={words.stars(texts.number(value, value % 1 === 0 ? 0 : 1))}
              aria-pressed={rating === value}
              data-on={rating !== null && value <= rating ? '' : undefined}
            >
              <Icon name="star" />
            </button>
          ))}
        </span>
      </ActionForm>
      {rating !== null && (
        <ActionForm action="unrate" movie={movie}>
          <button className="button button-quiet button-small">{words.unrate}</button>
        </ActionForm>
      )}
    </div>
  )
}
