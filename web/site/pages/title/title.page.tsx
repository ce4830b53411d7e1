import type { ReactNode } from 'react'
import type { TitleFactsFragment } from '../../api/generated/operations.ts'
import { Poster } from '../../posters/poster.tsx'
import { Card } from '../../ui/card.tsx'
import { Icon } from '../../ui/icon.tsx'
import { SectionError } from '../../ui/section-error.tsx'
import { useSite } from '../../ui/site.tsx'
import { AvailabilitySection } from './availability.tsx'
import { OpinionSection } from './opinion.tsx'
import type { TitleData } from './title.data.ts'

export function TitlePage({ movie, opinion, similar, isSimilarDown }: TitleData): ReactNode {
  const { texts } = useSite()
  if (movie === null) return <SectionError />
  return (
    <article className="title">
      <div className="title-poster">
        <Poster movie={movie} />
      </div>
      <header className="title-head">
        <h1>{movie.title}</h1>
        <p className="title-label">{movie.label}</p>
        <HeadFacts movie={movie} />
      </header>
      <div className="title-opinion">
        <OpinionSection movie={movie.id} opinion={opinion} />
      </div>
      <div className="title-body">
        <AvailabilitySection availability={movie.availability ?? null} />
        <div>
          <Facts movie={movie} />
          <People movie={movie} />
        </div>
      </div>
      <section className="title-similar" aria-labelledby="similar">
        <h2 id="similar">{texts.messages.title.similar}</h2>
        <SimilarTitles similar={similar} isDown={isSimilarDown} />
      </section>
    </article>
  )
}

function HeadFacts({ movie }: { movie: TitleFactsFragment }): ReactNode {
  const { texts } = useSite()
  const { title: words } = texts.messages
  const { releaseYear, runtimeMinutes, averageRating, votes, genres } = movie
  return (
    <>
      <p className="title-facts">
        {typeof averageRating === 'number' && (
          <span className="score">
            <Icon name="star" />
            {words.rating(texts.number(averageRating, 1))}
          </span>
        )}
        {typeof votes === 'number' && <span>{words.votes(texts.number(votes))}</span>}
        {typeof releaseYear === 'number' && <span>{releaseYear}</span>}
        {typeof runtimeMinutes === 'number' && <span>{words.minutes(texts.number(runtimeMinutes))}</span>}
      </p>
      <ul className="chips">
        {genres.map(({ code, name }) => (
          <li key={code}>
            <a className="chip" href={`/?genre=${encodeURIComponent(code)}`}>
              {texts.genre(code, name)}
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}

function Facts({ movie }: { movie: TitleFactsFragment }): ReactNode {
  const { texts } = useSite()
  const { title: words } = texts.messages
  const { originalTitle, publishedOn, productionCompany, gross, countries, languages } = movie
  const facts: ReadonlyArray<readonly [string, ReactNode]> = [
    [words.original, originalTitle === movie.title ? null : originalTitle],
    [words.released, publishedOn && texts.date(publishedOn)],
    [words.countries, texts.list(countries.map(({ code, name }) => texts.country(code, name)))],
    [words.languages, texts.list(languages.map(({ code, name }) => texts.languageName(code, name)))],
    [words.company, productionCompany],
    [words.gross, gross && texts.money(gross.minorUnits, gross.currency)],
    [
      'IMDb',
      movie.imdbId && (
        <a href={`https://www.imdb.com/title/${movie.imdbId}/`} rel="noreferrer external">
          {movie.imdbId}
        </a>
      ),
    ],
  ]
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">{words.facts}</h2>
      <dl className="facts">
        {facts.map(([name, value]) =>
          value ? (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
    </section>
  )
}

function People({ movie: { directors, cast } }: { movie: TitleFactsFragment }): ReactNode {
  const { texts } = useSite()
  const { title: words } = texts.messages
  const groups = [
    [words.directors, directors],
    [words.cast, cast],
  ] as const
  const isDown = directors === null || cast === null
  if (!isDown && !directors?.length && !cast?.length) return null
  return (
    <section aria-labelledby="people">
      <h2 id="people">{words.people}</h2>
      {isDown && <SectionError />}
      <dl className="facts">
        {groups.map(([name, people]) =>
          people?.length ? (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{texts.list([...new Set(people.map((person) => person.name))])}</dd>
            </div>
          ) : null,
        )}
      </dl>
    </section>
  )
}

function SimilarTitles({ similar, isDown }: { similar: TitleData['similar']; isDown: boolean }): ReactNode {
  const { shell, texts } = useSite()
  const { title: words } = texts.messages
  if (isDown) return <SectionError />
  if (shell.region === null) return <p className="hint">{words.chooseRegion}</p>
  const titles = similar?.nodes.flatMap(({ movie }) => movie ?? []) ?? []
  if (titles.length === 0) return <p className="hint">{words.similarNone}</p>
  return (
    <ul className="cards cards-row">
      {titles.map((movie) => (
        <Card key={movie.id} movie={movie} />
      ))}
    </ul>
  )
}
