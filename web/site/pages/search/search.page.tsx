import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { Card } from '../../ui/card.tsx'
import { SectionError } from '../../ui/section-error.tsx'
import { useSite } from '../../ui/site.tsx'
import type { SearchData } from './search.data.ts'
import { typedEvent } from './typed-event.ts'

/** After so many milliseconds without a key, what is typed is looked for. */
const pauseMs = 180

export function SearchPage(data: SearchData): ReactNode {
  const { search, pages } = useSite().texts.messages
  return (
    <div onKeyDown={moveByArrows}>
      <h1>{pages.search}</h1>
      <SearchField text={data.text} />
      {data.text === '' ? <p className="hint">{search.prompt}</p> : <Results {...data} />}
    </div>
  )
}

function SearchField({ text }: { text: string }): ReactNode {
  const { search } = useSite().texts.messages
  const [typed, setTyped] = useState(text)
  const asked = useRef(text)
  useEffect(() => {
    if (typed.trim() === asked.current) return
    const timer = setTimeout(() => {
      asked.current = typed.trim()
      dispatchEvent(new CustomEvent(typedEvent, { detail: asked.current }))
    }, pauseMs)
    return () => clearTimeout(timer)
  }, [typed])
  // "Back" brings another text.
  useEffect(() => {
    if (text === asked.current) return
    asked.current = text
    setTyped(text)
  }, [text])
  return (
    <form className="search" action="/search" role="search">
      <input
        type="search"
        name="q"
        aria-label={search.label}
        placeholder={search.placeholder}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        maxLength={100}
        autoComplete="off"
      />
      <button className="button button-main">{search.submit}</button>
    </form>
  )
}

function Results({ text, list, isDown }: SearchData): ReactNode {
  const { texts } = useSite()
  const { search, browse } = texts.messages
  if (isDown || list === null) return <SectionError />
  const { nodes, totalCount, pageInfo } = list
  return (
    <>
      <p role="status" className="hint">
        {totalCount === 1
          ? search.one
          : totalCount === 0
            ? search.nothing(text)
            : search.results(texts.number(totalCount))}
      </p>
      {totalCount === 0 && <p className="hint">{search.tryElse}</p>}
      <ul className="cards" data-results>
        {nodes.map((movie) => (
          <Card key={movie.id} movie={movie} />
        ))}
      </ul>
      {pageInfo.hasNextPage && pageInfo.endCursor && (
        <nav className="pager" aria-label={browse.pagesNav}>
          <a
            className="button button-main"
            rel="next"
            href={`/search?${new URLSearchParams({ q: text, after: pageInfo.endCursor }).toString()}`}
          >
            {browse.next}
          </a>
        </nav>
      )}
    </>
  )
}

/** Down goes from the field into the results and on, up goes back. */
function moveByArrows(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0) return
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('input[type=search], [data-results] a')]
  const next = stops[stops.findIndex((stop) => stop === document.activeElement) + step]
  if (!next) return
  event.preventDefault()
  next.focus()
}
