import type { Knex } from 'knex'
import { toSqlTime } from '@movieverse/service/sql-time.ts'
import { policyStartOf, type PolicyRegion } from '../availability/availability-policy.ts'
import { readPolicyRegions, reconcilePolicy } from '../availability/availability-policy-writer.ts'
import { lastingRowsOf, listingColumns, regionRowsOf } from '../listing/listing-rows.ts'
import { writeSearchTerms } from '../search/search-terms-rows.ts'
import { sortKeysOf } from '../listing/sort-keys.ts'
import { factsOf, isSeeded, type TitleFacts, type TitleInput, type TitleSource } from './title-writer-facts.ts'
import { matchTitles, type MatchedTitle } from './title-writer-matching.ts'
import { ensurePeople, removeUncredited } from './title-writer-people.ts'
import { chunksOf, deleteOfTitles, insertRows, insertTuples, selectIn } from './bulk-rows.ts'
import { writeTitleRows, type WrittenTitle } from './title-writer-titles.ts'

export type { CreditInput, PersonInput, TitleInput, TitleSource } from './title-writer-facts.ts'

/** How many of the given titles were new, differed from what was stored, or were there already. */
export interface WriteCounts {
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
}

/** Titles that one round of statements takes on. */
const titlesAtOnce = 500

/**
 * Writes titles with everything derived from them (lists, search terms, availabilities by the default policy, their
 * changes) in a few statements per table, within the caller's transaction (inWriteTransaction). A title whose facts
 * are as stored costs nothing. Countries, languages, genres and regions must be there; people are made where missing
 * and left as they are otherwise (writePeople changes them). Seeds leave alone what an import wrote.
 */
export async function writeTitles(
  trx: Knex.Transaction,
  inputs: readonly TitleInput[],
  now: Date,
  source: TitleSource = 'import',
): Promise<WriteCounts> {
  let inserted = 0
  let updated = 0
  const regions = await readPolicyRegions(trx)
  for (const chunk of chunksOf(distinctFacts(inputs, source), titlesAtOnce)) {
    const changed = (await matchTitles(trx, chunk)).filter((title) => differs(title, source))
    if (changed.length === 0) continue
    await writeChanged(trx, changed, regions, now)
    const fresh = changed.filter(({ stored }) => !stored).length
    inserted += fresh
    updated += changed.length - fresh
  }
  return { inserted, updated, unchanged: inputs.length - inserted - updated }
}

/** What writeTitles would do, and the stored titles that the inputs are. Writes nothing. */
export async function planTitles(
  db: Knex,
  inputs: readonly TitleInput[],
  source: TitleSource = 'import',
): Promise<WriteCounts & { matchedIds: number[] }> {
  const matched: MatchedTitle[] = []
  for (const chunk of chunksOf(distinctFacts(inputs, source), titlesAtOnce))
    matched.push(...(await matchTitles(db, chunk)))
  const changed = matched.filter((title) => differs(title, source))
  const inserted = changed.filter(({ stored }) => !stored).length
  const updated = changed.length - inserted
  const matchedIds = matched.flatMap(({ stored }) => stored?.id ?? [])
  return { inserted, updated, unchanged: inputs.length - inserted - updated, matchedIds }
}

/** The facts of each title once, of inputs with the same id at IMDb those of the last. */
function distinctFacts(inputs: readonly TitleInput[], source: TitleSource): TitleFacts[] {
  const facts = inputs.map((input) => factsOf(input, source))
  return [...new Map(facts.map((one) => [one.imdbId ?? one.fingerprint, one])).values()]
}

function differs({ facts, stored }: MatchedTitle, source: TitleSource): boolean {
  if (!stored) return true
  if (source === 'seed' && stored.fingerprint !== null && !isSeeded(stored.fingerprint)) return false
  return stored.fingerprint !== facts.fingerprint
}

async function writeChanged(
  trx: Knex.Transaction,
  changed: readonly MatchedTitle[],
  regions: readonly PolicyRegion[],
  now: Date,
): Promise<void> {
  const titles = await writeTitleRows(trx, changed, toSqlTime(now))
  const updatedIds = changed.flatMap(({ stored }) => stored?.id ?? [])
  const formerPeople = await selectIn(updatedIds, (ids) =>
    trx('credits').whereIn('title_id', ids).distinct().select<Array<{ person_id: number }>>('person_id'),
  )
  await deleteOfTitles(trx, derivedTables, updatedIds)
  await writeLists(trx, titles)
  await writeCredits(trx, titles)
  await removeUncredited(trx, [...new Set(formerPeople.map((row) => row.person_id))])
  await writeListings(trx, titles, regions, now)
}

const derivedTables = [
  'title_countries',
  'title_languages',
  'title_genres',
  'credits',
  'title_listings',
  'search_terms',
]

async function writeLists(trx: Knex.Transaction, titles: readonly WrittenTitle[]): Promise<void> {
  for (const [table, column, list] of [
    ['title_countries', 'country_code', 'countries'],
    ['title_languages', 'language_code', 'languages'],
    ['title_genres', 'genre_code', 'genres'],
  ] as const) {
    const rows = titles.flatMap((title) => title[list].map((code, position) => [title.id, code, position]))
    await insertTuples(trx, table, ['title_id', column, 'position'], rows)
  }
}

async function writeCredits(trx: Knex.Transaction, titles: readonly WrittenTitle[]): Promise<void> {
  const people = titles.flatMap((title) => title.credits.map((credit) => credit.person))
  const ids = await ensurePeople(trx, people)
  const rows = titles.flatMap((title) =>
    title.credits.map(({ personKey, role, position }) => {
      const personId = ids.get(personKey)
      if (personId === undefined) throw new Error(`person ${personKey} was inserted but not found again`)
      return { title_id: title.id, person_id: personId, role, position }
    }),
  )
  await insertRows(trx, 'credits', ['title_id', 'person_id', 'role', 'position'], rows)
}

async function writeListings(
  trx: Knex.Transaction,
  titles: readonly WrittenTitle[],
  regions: readonly PolicyRegion[],
  now: Date,
): Promise<void> {
  const policyTitles = titles.map((title) => ({
    ...title,
    policyStart: policyStartOf(title.publishedOn, title.releaseYear),
  }))
  const windows = await reconcilePolicy(trx, policyTitles, regions, now)
  const keyed = titles.map((title) => ({ ...title, keys: sortKeysOf(title) }))
  const rows = keyed.flatMap((title) => [
    ...lastingRowsOf(title.id, title.keys, title),
    ...regionRowsOf(title.id, title.keys, windows.get(title.id) ?? []),
  ])
  await insertRows(trx, 'title_listings', listingColumns, rows)
  await writeSearchTerms(
    trx,
    keyed.map((title) => ({ ...title, popularityKey: title.keys.popularity_key })),
  )
}
