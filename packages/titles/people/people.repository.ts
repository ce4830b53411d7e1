import type { Knex } from 'knex'
import { joinNext } from '../listing/listing-sql.ts'
import { groupInOrderOf, inOrderOf } from '../ordering.ts'
import type { CreditRole, CreditRow, PersonRow } from '../rows.ts'

/** People and what they did on titles; each method is one statement and answers in the order of the ids. */
export interface PeopleRepository {
  findByIds(ids: readonly number[]): Promise<Array<PersonRow | null>>
  /** Directors of each title in billing order. */
  listDirectors(titleIds: readonly number[]): Promise<PersonRow[][]>
  /** Everybody credited on each title: directors first, then actors and actresses, each in billing order. */
  listCredits(titleIds: readonly number[]): Promise<CreditRow[][]>
}

const personColumns = ['p.id as id', 'p.imdb_id as imdbId', 'p.name as name', 'p.born_on as bornOn'] as const

interface CreditedRow extends PersonRow {
  readonly titleId: number
  readonly role: CreditRole
}

export function createPeopleRepository(db: Knex): PeopleRepository {
  const credits = (titleIds: readonly number[]): Knex.QueryBuilder =>
    joinNext(db, db('credits as c'), 'people as p', 'p.id = c.person_id').whereIn('c.title_id', [...new Set(titleIds)])

  return {
    async findByIds(ids) {
      const rows: PersonRow[] = await db('people as p')
        .select(personColumns)
        .whereIn('p.id', [...new Set(ids)])
      return inOrderOf(ids, rows, (row) => row.id)
    },

    async listDirectors(titleIds) {
      const rows: CreditedRow[] = await credits(titleIds)
        .select('c.title_id as titleId', 'c.role as role', ...personColumns)
        .where('c.role', 'DIRECTOR')
        .orderBy(['c.title_id', 'c.position', 'c.person_id'])
      return groupInOrderOf(titleIds, rows, (row) => row.titleId).map((group) => group.map(toPerson))
    },

    async listCredits(titleIds) {
      const rows: CreditedRow[] = await credits(titleIds)
        .select('c.title_id as titleId', 'c.role as role', ...personColumns)
        .orderByRaw("c.title_id, case when c.role = 'DIRECTOR' then 0 else 1 end, c.position, c.person_id, c.role")
      return groupInOrderOf(titleIds, rows, (row) => row.titleId).map((group) => group.map(toCredit))
    },
  }
}

function toPerson({ id, imdbId, name, bornOn }: CreditedRow): PersonRow {
  return { id, imdbId, name, bornOn }
}

function toCredit(row: CreditedRow): CreditRow {
  return { titleId: row.titleId, person: toPerson(row), role: row.role }
}
