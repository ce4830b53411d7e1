import type { Knex } from 'knex'
import { fold } from '../search/folding.ts'
import type { CountryRow, GenreRow, LanguageRow } from '../rows.ts'

/** The lists that filters choose from: all rows, in the order of their folded names, one statement each. */
export interface ReferenceRepository {
  listGenres(): Promise<GenreRow[]>
  listCountries(): Promise<CountryRow[]>
  listLanguages(): Promise<LanguageRow[]>
}

export function createReferenceRepository(db: Knex): ReferenceRepository {
  return {
    listGenres: () => listNamed(db, 'genres'),
    listCountries: () => listNamed(db, 'countries'),
    listLanguages: () => listNamed(db, 'languages'),
  }
}

interface Named {
  readonly code: string
  readonly name: string
}

/** The dialects collate names differently, so the order is decided here. */
async function listNamed(db: Knex, table: string): Promise<Named[]> {
  const rows: Named[] = await db(table).select('code', 'name').orderBy('code')
  const folded = new Map(rows.map((row) => [row, fold(row.name)]))
  return rows.toSorted((a, b) => compare(folded.get(a), folded.get(b)))
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : Number(a > b)
}
