import type { ReactNode } from 'react'
import type { CardFragment } from '../api/generated/operations.ts'
import { titlePath } from '../pages/routes.ts'
import { Poster } from '../posters/poster.tsx'
import { Icon } from './icon.tsx'
import { useSite } from './site.tsx'

/** A title as a poster with its name, year and rating; `children` stand below the link. */
export function Card({
  movie,
  note,
  children,
}: {
  movie: CardFragment
  note?: string
  children?: ReactNode
}): ReactNode {
  const { id, title, releaseYear, genres, averageRating } = movie
  const { texts } = useSite()
  return (
    <li className="card">
      <a href={titlePath(id)}>
        <Poster movie={movie} />
        <span className="card-title">{title}</span>
        <span className="card-facts">
          {releaseYear !== null && <span>{releaseYear}</span>}
          {genres[0] && <span className="card-genre">{texts.genre(genres[0].code, genres[0].name)}</span>}
          {typeof averageRating === 'number' && (
            <span className="score" role="img" aria-label={texts.messages.title.rating(texts.number(averageRating, 1))}>
              <Icon name="star" />
              {texts.number(averageRating, 1)}
            </span>
          )}
        </span>
      </a>
      {note !== undefined && note !== '' && <p className="card-note">{note}</p>}
      {children}
    </li>
  )
}

/** Titles as the founding paper lists them: producing countries, a hyphen, the title. */
export function LabelList({ movies }: { movies: readonly CardFragment[] }): ReactNode {
  return (
    <ol className="labels">
      {movies.map(({ id, label }) => (
        <li key={id}>
          <a href={titlePath(id)}>{label}</a>
        </li>
      ))}
    </ol>
  )
}
