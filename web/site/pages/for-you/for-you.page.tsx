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
          <Item key={item.movie.id} item={item} />
        ))}
      </ul>
    </section>
  )
}

function Item({ item: { movie, reason, rating } }: { item: ForYouItem }): ReactNode {
  const { shell, texts } = useSite()
  const { forYou } = texts.messages
  return (
    <Card movie={movie} note={shell.language === 'en' ? reason : ''}>
      {shell.isSignedIn && (
        <ActionForm action="rate" movie={movie.id} className="like">
          <button
            name="stars"
            value="5"
            className="button button-small button-quiet"
            aria-label={`${forYou.like}: ${movie.title}`}
          >
            <Icon name="heart" />
            {rating === null ? '' : forYou.rated(texts.number(rating, 1))}
          </button>
        </ActionForm>
      )}
    </Card>
  )
}
