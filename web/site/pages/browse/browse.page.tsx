import type { ReactNode } from 'react'
import type { PageFragment } from '../../api/generated/operations.ts'
import { Card, LabelList } from '../../ui/card.tsx'
import { CatalogueTabs } from '../../ui/header.tsx'
import { SectionError } from '../../ui/section-error.tsx'
import { useSite } from '../../ui/site.tsx'
import { browsePath } from '../routes.ts'
import type { BrowseData } from './browse.data.ts'
import { browseSearch, views, type BrowseQuery } from './browse-query.ts'
import { Filters } from './filters.tsx'

/** The first page of the same list. */
const fromStart = { after: null, before: null } as const

export function BrowsePage({ region, query, list, counts, isLost }: BrowseData): ReactNode {
  const { texts } = useSite()
  const { browse } = texts.messages
  return (
    <>
      <h1>{region === null ? browse.heading : browse.inRegion(texts.region(region))}</h1>
      <CatalogueTabs region={region} search={browseSearch({ ...query, ...fromStart })} />
      <div className="browse">
        <Filters region={region} query={query} counts={counts} />
        <section className="results" aria-label={browse.heading}>
          <Toolbar region={region} query={query} list={list} />
          {list === null ? (
            <NoList isLost={isLost} region={region} query={query} />
          ) : (
            <List list={list} query={query} region={region} />
          )}
        </section>
      </div>
    </>
  )
}

interface ListProps {
  readonly region: string | null
  readonly query: BrowseQuery
}

function Toolbar({ region, query, list }: ListProps & { list: PageFragment | null }): ReactNode {
  const { texts } = useSite()
  const { browse } = texts.messages
  const write = list?.totalCountIsExact === false ? browse.countMore : browse.count
  return (
    <div className="toolbar">
      <p role="status">{list === null ? '' : write(texts.number(list.totalCount))}</p>
      <nav className="switch" aria-label={browse.view}>
        {views.map((view) => (
          <a
            key={view}
            href={browsePath(region) + browseSearch({ ...query, ...fromStart, view })}
            aria-current={view === query.view ? 'true' : undefined}
          >
            {browse[view]}
          </a>
        ))}
      </nav>
    </div>
  )
}

function List({ list, query, region }: ListProps & { list: PageFragment }): ReactNode {
  const { browse } = useSite().texts.messages
  if (list.nodes.length === 0) {
    return (
      <div className="empty">
        <p>{browse.nothing}</p>
        <p>{browse.nothingHint}</p>
        <a className="button" href={browsePath(region) + browseSearch({ view: query.view })}>
          {browse.clear}
        </a>
      </div>
    )
  }
  return (
    <>
      {query.view === 'list' ? (
        <LabelList movies={list.nodes} />
      ) : (
        <ul className="cards">
          {list.nodes.map((movie) => (
            <Card key={movie.id} movie={movie} />
          ))}
        </ul>
      )}
      <Pager list={list} query={query} region={region} />
    </>
  )
}

/** Each page of the list has an address of its own, so that going back finds the place again. */
function Pager({ list: { pageInfo }, query, region }: ListProps & { list: PageFragment }): ReactNode {
  const { browse } = useSite().texts.messages
  const path = browsePath(region)
  const { hasPreviousPage, hasNextPage, startCursor, endCursor } = pageInfo
  if (!hasPreviousPage && !hasNextPage) return null
  return (
    <nav className="pager" aria-label={browse.pagesNav}>
      {hasPreviousPage && (
        <>
          <a className="button button-quiet" href={path + browseSearch({ ...query, ...fromStart })}>
            {browse.first}
          </a>
          <a className="button" rel="prev" href={path + browseSearch({ ...query, after: null, before: startCursor })}>
            {browse.previous}
          </a>
        </>
      )}
      {hasNextPage && (
        <a
          className="button button-main"
          rel="next"
          href={path + browseSearch({ ...query, before: null, after: endCursor })}
        >
          {browse.next}
        </a>
      )}
    </nav>
  )
}

function NoList({ isLost, region, query }: ListProps & { isLost: boolean }): ReactNode {
  const { browse } = useSite().texts.messages
  if (!isLost) return <SectionError />
  return (
    <div className="empty">
      <p>{browse.lost}</p>
      <a className="button" href={browsePath(region) + browseSearch({ ...query, ...fromStart })}>
        {browse.first}
      </a>
    </div>
  )
}
