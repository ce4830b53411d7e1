import type { ReactNode } from 'react'
import { ActionForm } from '../../ui/action-form.tsx'
import { Card } from '../../ui/card.tsx'
import { Icon } from '../../ui/icon.tsx'
import { SectionError } from '../../ui/section-error.tsx'
import { useSite } from '../../ui/site.tsx'
import type { Texts } from '../../messages/texts.ts'
import { signInPath } from '../routes.ts'
import type { ForYouData, ForYouItem, ForYouRow } from './for-you.data.ts'
import type { Reason } from './reason.ts'

export function ForYouPage({ region, rows, needsRegion }: ForYouData): ReactNode {
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
        <Row key={row.kind} row={row} region={region} />
      ))}
    </>
  )
}

function Row({ row, region }: { row: ForYouRow; region: string | null }): ReactNode {
  const { texts } = useSite()
  const { forYou } = texts.messages
  const where = region === null ? null : texts.region(region)
  const name = forYou.rows[row.kind]({ source: row.source, region: where })
  return (
    <section className="row" aria-label={name}>
      <h2>{name}</h2>
      {row.strategy === 'FALLBACK' && <p className="hint">{forYou.fallback}</p>}
      <ul className="cards cards-row">
        {row.items.map((item) => (
          <Item key={item.movie.id} item={item} why={whyOf(item.reason, where, texts)} />
        ))}
      </ul>
    </section>
  )
}

function whyOf(reason: Reason, region: string | null, { messages, genre }: Texts): string {
  const { reasons } = messages.forYou
  switch (reason?.kind) {
    case undefined:
      return ''
    case 'title':
      return reasons.title(reason.title)
    case 'genre':
      return reasons.genre(genre(reason.genre.code, reason.genre.name))
    case 'popular':
      return reasons.popular(region)
    case 'new':
    case 'language':
      return reasons[reason.kind]
  }
}

function Item({ item: { movie, rating }, why }: { item: ForYouItem; why: string }): ReactNode {
  const { shell, texts } = useSite()
  const { forYou } = texts.messages
  const rated = rating === null ? '' : `${forYou.rated(texts.number(rating, 1))}. `
  return (
    <Card movie={movie} note={why}>
      {shell.isSignedIn && (
        <ActionForm action="rate" movie={movie.id} className="like">
          <button
            name="stars"
            value="5"
            title={forYou.like}
            aria-label={`${rated}${forYou.like}: ${movie.title}`}
            aria-pressed={rating === 5}
          >
            <Icon name="heart" />
          </button>
        </ActionForm>
      )}
    </Card>
  )
}
