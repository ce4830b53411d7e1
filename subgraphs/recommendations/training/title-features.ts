import type { Knex } from 'knex'
import type { TitleFeatures } from '../model/content.ts'

/** Where the features of titles stand, and how they are called. */
const sources = [
  { table: 'title_genres', column: 'genre_code', prefix: 'genre' },
  { table: 'title_countries', column: 'country_code', prefix: 'country' },
  { table: 'title_languages', column: 'language_code', prefix: 'language' },
  { table: 'credits', column: 'person_id', prefix: 'person' },
] as const

const titlesAtOnce = 500

/** Genres, countries, languages and people of every title, read in batches. */
export async function readTitleFeatures(db: Knex): Promise<TitleFeatures[]> {
  const titles: TitleFeatures[] = []
  for (let after = 0; ;) {
    const ids: number[] = await db('titles').where('id', '>', after).orderBy('id').limit(titlesAtOnce).pluck('id')
    const features = new Map<number, string[]>(ids.map((id) => [id, []]))
    for (const { table, column, prefix } of sources) {
      const rows: Array<{ titleId: number; code: string | number }> = await db(table)
        .select('title_id as titleId', `${column} as code`)
        .whereIn('title_id', ids)
      for (const { titleId, code } of rows) features.get(titleId)?.push(`${prefix}:${code}`)
    }
    for (const [titleId, own] of features) titles.push({ titleId, features: own })
    after = ids.at(-1) ?? after
    if (ids.length < titlesAtOnce) return titles
  }
}
