import type { Knex } from 'knex'
import { termsOf } from './folding.ts'
import { insertRows, selectIn } from '../writing/bulk-rows.ts'
import { variantsOf } from './typing-errors.ts'

/** What a title is searched by. */
export interface SearchedTitle {
  readonly id: number
  readonly title: string
  readonly originalTitle: string | null
  readonly popularityKey: number
}

/**
 * Writes the folded words of the titles, and of words that are new to the vocabulary the variants that resolve typing
 * errors. Rows of the titles' earlier words must be gone. Variants of words that no title has any more stay: they
 * lead to no title.
 */
export async function writeSearchTerms(trx: Knex.Transaction, titles: readonly SearchedTitle[]): Promise<void> {
  const rows = titles.flatMap(({ id, title, originalTitle, popularityKey }) =>
    termsOf(title, originalTitle).map((term) => ({ term, title_id: id, popularity_key: popularityKey })),
  )
  await insertRows(trx, 'search_terms', ['term', 'title_id', 'popularity_key'], rows)
  await writeVariants(trx, [...new Set(rows.map((row) => row.term))])
}

async function writeVariants(trx: Knex.Transaction, terms: readonly string[]): Promise<void> {
  const known = await selectIn(terms, (chunk) =>
    trx('search_variants').whereIn('variant', chunk).whereRaw('term = variant').select<Array<{ term: string }>>('term'),
  )
  const knownTerms = new Set(known.map((row) => row.term))
  const rows = terms
    .filter((term) => !knownTerms.has(term))
    .flatMap((term) => [...new Set(variantsOf(term))].map((variant) => ({ variant, term })))
  // Another import may have added the same word meanwhile.
  await insertRows(trx, 'search_variants', ['variant', 'term'], rows, 'ignore')
}
