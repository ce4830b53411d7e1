import type { ReactNode } from 'react'
import type { CountsFragment } from '../../api/generated/operations.ts'
import { Icon } from '../../ui/icon.tsx'
import { useSite } from '../../ui/site.tsx'
import { browsePath } from '../routes.ts'
import { browseSearch, filterCount, sorts, type BrowseQuery } from './browse-query.ts'

interface FiltersProps {
  readonly region: string | null
  readonly query: BrowseQuery
  readonly counts: CountsFragment | null
}

/** Order and filters as one form, whose fields are the query of the page. */
export function Filters({ region, query, counts }: FiltersProps): ReactNode {
  const { texts } = useSite()
  const { browse } = texts.messages
  const path = browsePath(region)
  const set = filterCount(query)
  const facets = [
    ['genre', browse.genre, query.genres, counts?.genres, texts.genre],
    ['country', browse.country, query.countries, counts?.countries, texts.country],
    ['language', browse.languageOf, query.languages, counts?.languages, texts.languageName],
  ] as const
  return (
    // A form keeps what was typed, so another query is another form.
    <form
      className="filters"
      action={path}
      data-submit-all
      key={path + browseSearch({ ...query, after: null, before: null })}
    >
      {query.view === 'list' && <input type="hidden" name="view" value="list" />}
      <TextAndOrder query={query} />
      {/* Where there is room, the style sheet shows what is in it at any time. */}
      <details className="filter-panel" open={set > 0}>
        <summary>
          <Icon name="filter" />
          {browse.filters}
          {set > 0 && <span className="badge">{texts.number(set)}</span>}
        </summary>
        <div className="facets">
          {facets.map(([name, label, chosen, values, nameOf]) => (
            <Facet key={name} name={name} label={label} chosen={chosen} values={values ?? []} nameOf={nameOf} />
          ))}
          <Ranges query={query} />
        </div>
      </details>
      <div className="filter-actions">
        <button className="button button-main button-small">{browse.apply}</button>
        {(set > 0 || query.text !== '') && (
          <a
            className="button button-quiet button-small"
            href={path + browseSearch({ view: query.view, sort: query.sort })}
          >
            {browse.clear}
          </a>
        )}
      </div>
    </form>
  )
}

function TextAndOrder({ query }: { query: BrowseQuery }): ReactNode {
  const { browse } = useSite().texts.messages
  return (
    <div className="filter-row">
      <label>
        <span>{browse.text}</span>
        <input type="search" name="q" defaultValue={query.text} maxLength={100} />
      </label>
      <label>
        <span>{browse.sort}</span>
        <select name="sort" defaultValue={query.sort} data-submit>
          {sorts.map((sort) => (
            <option key={sort} value={sort}>
              {browse.sorts[sort]}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}

const shownAtMost = 12

interface FacetProps {
  readonly name: string
  readonly label: string
  readonly chosen: readonly string[]
  readonly values: ReadonlyArray<{ readonly value: string; readonly label: string; readonly count: number }>
  readonly nameOf: (value: string, label: string) => string
}

/** The commonest values with their counts, and those that are chosen, however rare. */
function Facet({ name, label, chosen, values, nameOf }: FacetProps): ReactNode {
  const { texts } = useSite()
  const common = values.slice(0, shownAtMost)
  const rare = chosen.filter((value) => !common.some((each) => each.value === value))
  const known = (value: string): FacetProps['values'][number] =>
    values.find((each) => each.value === value) ?? { value, label: value, count: 0 }
  const shown = [...rare.map(known), ...common]
  return (
    <fieldset>
      <legend>{label}</legend>
      {shown.map(({ value, label: original, count }) => (
        <label key={value} className="choice">
          <input type="checkbox" name={name} value={value} defaultChecked={chosen.includes(value)} />
          <span>{nameOf(value, original)}</span>
          <span className="count">{texts.number(count)}</span>
        </label>
      ))}
    </fieldset>
  )
}

function Ranges({ query }: { query: BrowseQuery }): ReactNode {
  const { browse } = useSite().texts.messages
  return (
    <fieldset>
      <legend>{browse.year}</legend>
      <div className="range">
        <label>
          <span>{browse.from}</span>
          <input type="number" name="from" min="1870" max="2200" defaultValue={query.from ?? ''} />
        </label>
        <label>
          <span>{browse.to}</span>
          <input type="number" name="to" min="1870" max="2200" defaultValue={query.to ?? ''} />
        </label>
      </div>
      <label className="range-rating">
        <span>{browse.rating}</span>
        <select name="rating" defaultValue={query.rating ?? ''} data-submit>
          <option value="">{browse.any}</option>
          {[5, 6, 7, 8, 9].map((rating) => (
            <option key={rating} value={rating}>
              {rating}
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  )
}
