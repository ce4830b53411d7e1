import type { Knex } from 'knex'
import { personKeyOf, sortNameOf, type PersonInput } from './title-writer-facts.ts'
import { insertRows, selectIn } from './bulk-rows.ts'

const columns = ['imdb_id', 'name', 'sort_name', 'born_on'] as const

interface StoredPerson {
  readonly id: number
  readonly imdb_id: string | null
  readonly name: string
  readonly sort_name: string
  readonly born_on: string | null
}

/** How many of the given people were new, differed from what was stored, or were there already. */
interface PeopleCounts {
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
}

/** Writes people as the source gives them, found by personKeyOf: new ones are inserted, differing ones updated. */
export async function writePeople(trx: Knex.Transaction, people: readonly PersonInput[]): Promise<PeopleCounts> {
  const { missing, differing } = await comparePeople(trx, people)
  await insertRows(trx, 'people', columns, missing.map(rowOf))
  for (const { id, person } of differing) await trx('people').where({ id }).update(rowOf(person))
  return countsOf(people.length, missing.length, differing.length)
}

/** What writePeople would do. Writes nothing. */
export async function planPeople(db: Knex, people: readonly PersonInput[]): Promise<PeopleCounts> {
  const { missing, differing } = await comparePeople(db, people)
  return countsOf(people.length, missing.length, differing.length)
}

function countsOf(all: number, inserted: number, updated: number): PeopleCounts {
  return { inserted, updated, unchanged: all - inserted - updated }
}

async function comparePeople(
  db: Knex,
  people: readonly PersonInput[],
): Promise<{ missing: PersonInput[]; differing: Array<{ id: number; person: PersonInput }> }> {
  const wanted = new Map(people.map((person) => [personKeyOf(person), person]))
  const stored = await findPeople(db, wanted)
  const missing = [...wanted].filter(([key]) => !stored.has(key)).map(([, person]) => person)
  const differing = [...wanted].flatMap(([key, person]) => {
    const row = stored.get(key)
    return !row || (row.name === person.name && row.born_on === (person.bornOn ?? null)) ? [] : [{ id: row.id, person }]
  })
  return { missing, differing }
}

/** The row ids of the people under their personKeyOf; those not there yet are inserted, the others left as they are. */
export async function ensurePeople(
  trx: Knex.Transaction,
  people: readonly PersonInput[],
): Promise<Map<string, number>> {
  const wanted = new Map(people.map((person) => [personKeyOf(person), person]))
  const stored = await findPeople(trx, wanted)
  const missing = new Map([...wanted].filter(([key]) => !stored.has(key)))
  await insertRows(trx, 'people', columns, [...missing.values()].map(rowOf))
  const added = await findPeople(trx, missing)
  return new Map([...stored, ...added].map(([key, row]) => [key, row.id]))
}

/** Removes those of the people who have no id at IMDb and no credit left: nothing could find them again. */
export async function removeUncredited(trx: Knex.Transaction, personIds: readonly number[]): Promise<void> {
  const rows = await selectIn(personIds, (ids) =>
    trx('people as p')
      .leftJoin('credits as c', 'c.person_id', 'p.id')
      .whereIn('p.id', ids)
      .whereNull('p.imdb_id')
      .whereNull('c.person_id')
      .select<Array<{ id: number }>>('p.id'),
  )
  for (const { id } of rows) await trx('people').where({ id }).delete()
}

async function findPeople(db: Knex, wanted: ReadonlyMap<string, PersonInput>): Promise<Map<string, StoredPerson>> {
  const people = [...wanted.values()]
  const imdbIds = people.flatMap((person) => person.imdbId ?? [])
  const names = people.filter((person) => !person.imdbId).map((person) => sortNameOf(person.name))
  const fields = ['id', ...columns]
  const byId = await selectIn(imdbIds, (ids) => db('people').whereIn('imdb_id', ids).select<StoredPerson[]>(fields))
  const byName = await selectIn(names, (chunk) =>
    db('people').whereIn('sort_name', chunk).whereNull('imdb_id').orderBy('id').select<StoredPerson[]>(fields),
  )
  return new Map([...byId, ...byName.toReversed()].map((row) => [row.imdb_id ?? `name:${row.sort_name}`, row]))
}

function rowOf(person: PersonInput): Omit<StoredPerson, 'id'> {
  return {
    imdb_id: person.imdbId ?? null,
    name: person.name,
    sort_name: sortNameOf(person.name),
    born_on: person.bornOn ?? null,
  }
}
