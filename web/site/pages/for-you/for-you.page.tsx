import type { ReactNode } from 'react'
import { ActionForm } from '../../ui/action-form.tsx'
import { Card } from '../../ui/card.tsx'
import { Icon } from '../../ui/icon.tsx'
import { SectionError } from '../../ui/section-error.tsx'
import { useSite } from '../../ui/site.tsx'
import { signInPath } from '../routes.ts'
import type { ForYouData, ForYouItem, ForYouRow } from './for-you.data.ts'

export function ForYouPage({ rows, needsRegion }: ForYouData): ReactNode {
  const { shell, texts } = useSite()
  const { forYou, account } = texts.messages
  return (
    <>
      <h1>{forYou.heading}</h1>
      {!shell.isSignedIn && (
        <p className="notice">
          {forYou.signIn}{' '}
          <a href={signInPath(shell.url)} data-leave>
            {account.signIn}
          </a>
        </p>
      )}
      {needsRegion && <p className="notice">{forYou.needsRegion}</p>}
      {rows === null && !needsRegion && <SectionError />}
      {rows?.length === 0 && !needsRegion && <p className="hint">{forYou.empty}</p>}
      {rows?.map((row) => (
        <Row key={row.kind + row.title} row={row} />
      ))}
    </>
  )
}

function Row({ row: { kind, title, strategy, items } }: { row: ForYouRow }): ReactNode {
  const { shell, texts } = useSite()
  const { forYou } = texts.messages
  const isEnglish = shell.language === 'en'
  return (
    <section className="row" aria-label={isEnglish && title ? title : forYou.rows[kind]}>
      <h2>{isEnglish && title ? title : forYou.rows[kind]}</h2>
      {strategy === 'FALLBACK' && <p className="hint">{forYou.fallback}</p>}
      <ul className="cards cards-row">
        {items.map((item) => (
          <Item key={item.movie.id} item={item} why={forYou.reasons[whyOf(kind, strategy)]} />
        ))}
      </ul>
    </section>
  )
}

/** The row's name says more than is true where it rests on no history. */
function whyOf(kind: ForYouRow['kind'], strategy: ForYouRow['strategy']): ForYouRow['kind'] {
  return kind === 'FOR_YOU' && strategy !== 'PERSONAL' ? 'POPULAR' : kind
}

/** The API says why in English; in other languages `why` does, in general terms. */
function Item({ item: { movie, reason, rating }, why }: { item: ForYouItem; why: string }): ReactNode {
  const { shell, texts } = useSite()
  const { forYou } = texts.messages
  const rated = rating === null ? '' : forYou.rated(texts.number(rating, 1))
  return (
    <Card movie={movie} note={(shell.language === 'en' && reason) || why}>
      {shell.isSignedIn && (
        <ActionForm action="rate" movie={movie.id} className="like">
          <button
            name="stars"
            value="5"
            className="button button-small button-quiet"
            aria-label={`${rated === '' ? '' : `${rated}. `}${forYou.like}: ${movie.title}`}
          >
            <Icon name="heart" />
            {rated}
          </button>
        </ActionForm>
      )}
    </Card>
  )
}
