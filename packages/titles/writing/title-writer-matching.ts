import type { Knex } from 'knex'
import { fold } from '../search/folding.ts'
import type { TitleFacts } from './title-writer-facts.ts'
import { selectIn } from './bulk-rows.ts'

/** A stored title as far as matching needs it. */
export interface StoredTitle {
  readonly id: number
  readonly imdb_id: string | null
  readonly sort_title: string
  readonly release_year: number | null
  readonly fingerprint: string | null
}

/** A title given to the writer and the stored one that it is, if any. */
export interface MatchedTitle {
  readonly facts: TitleFacts
  readonly stored: StoredTitle | undefined
}

const fields = ['id', 'imdb_id', 'sort_title', 'release_year', 'fingerprint']

/**
 * Finds the stored title of each: by id at IMDb, else by folded title and the same set of countries where at most one
 * of the two has an id at IMDb and exactly one stored title fits. Of several that fit, one with the same facts or the
 * only one of the same year is taken. Known directors of whom none is common tell a remake from its model. Each
 * stored title is taken once.
 */
export async function matchTitles(db: Knex, titles: readonly TitleFacts[]): Promise<MatchedTitle[]> {
  const imdbIds = titles.flatMap((facts) => facts.imdbId ?? [])
  const byId = await selectIn(imdbIds, (ids) => db('titles').whereIn('imdb_id', ids).select<StoredTitle[]>(fields))
  const stored = new Map(byId.map((row) => [row.imdb_id, row]))
  const open = titles.filter((facts) => facts.imdbId === null || !stored.has(facts.imdbId))
  const byTitle = await matchByTitle(db, open)
  return titles.map((facts) => ({
    facts,
    stored: byTitle.get(facts) ?? (facts.imdbId === null ? undefined : stored.get(facts.imdbId)),
  }))
}

type Candidate = StoredTitle & { readonly countryKey: string; readonly directors: ReadonlySet<string> }

async function matchByTitle(db: Knex, titles: readonly TitleFacts[]): Promise<Map<TitleFacts, StoredTitle>> {
  const candidates = await readCandidates(db, [...new Set(titles.map((facts) => facts.sortTitle))])
  const matches = new Map<TitleFacts, StoredTitle>()
  if (candidates.length === 0) return matches
  const free = Map.groupBy(candidates, (row) => `${row.sort_title}\n${row.countryKey}`)
  const wanted = Map.groupBy(titles, (facts) => `${facts.sortTitle}\n${keyOfCountries(facts.countries)}`)
  for (const [key, group] of wanted) {
    let left = free.get(key) ?? []
    for (const choose of [choosers.sameFacts, choosers.sameYear, ...(group.length === 1 ? [choosers.onlyOne] : [])]) {
      for (const facts of group.filter((one) => !matches.has(one))) {
        const chosen = choose(
          facts,
          left.filter((row) => mayBe(facts, row)),
        )
        if (chosen) matches.set(facts, chosen)
        left = left.filter((row) => row !== chosen)
      }
    }
  }
  return matches
}

const choosers = {
  sameFacts: (facts: TitleFacts, rows: readonly Candidate[]) =>
    rows.find((row) => row.fingerprint?.slice(1) === facts.fingerprint.slice(1)),
  sameYear: (facts: TitleFacts, rows: readonly Candidate[]) =>
    facts.releaseYear === null ? undefined : only(rows.filter((row) => row.release_year === facts.releaseYear)),
  onlyOne: (_facts: TitleFacts, rows: readonly Candidate[]) => only(rows),
}

function only<Value>(values: readonly Value[]): Value | undefined {
  return values.length === 1 ? values[0] : undefined
}

function mayBe(facts: TitleFacts, row: Candidate): boolean {
  if (facts.imdbId !== null && row.imdb_id !== null) return false
  const directors = facts.credits
    .filter((credit) => credit.role === 'DIRECTOR')
    .map((credit) => fold(credit.person.name))
  return directors.length === 0 || row.directors.size === 0 || directors.some((name) => row.directors.has(name))
}

async function readCandidates(db: Knex, sortTitles: readonly string[]): Promise<Candidate[]> {
  const rows = await selectIn(sortTitles, (chunk) =>
    db('titles').whereIn('sort_title', chunk).orderBy('id').select<StoredTitle[]>(fields),
  )
  const ids = rows.map((row) => row.id)
  const countries = await selectIn(ids, (chunk) =>
    db('title_countries')
      .whereIn('title_id', chunk)
      .select<Array<{ title_id: number; country_code: string }>>('title_id', 'country_code'),
  )
  const directors = await selectIn(ids, (chunk) =>
    db('credits as c')
      .join('people as p', 'p.id', 'c.person_id')
      .where('c.role', 'DIRECTOR')
      .whereIn('c.title_id', chunk)
      .select<Array<{ title_id: number; sort_name: string }>>('c.title_id', 'p.sort_name'),
  )
  const countriesOf = Map.groupBy(countries, (row) => row.title_id)
  const directorsOf = Map.groupBy(directors, (row) => row.title_id)
  return rows.map((row) => ({
    ...row,
    countryKey: keyOfCountries((countriesOf.get(row.id) ?? []).map((country) => country.country_code)),
    directors: new Set((directorsOf.get(row.id) ?? []).map((person) => person.sort_name)),
  }))
}

function keyOfCountries(codes: readonly string[]): string {
  return codes.toSorted().join(' ')
}
