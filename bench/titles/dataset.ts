import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Knex } from 'knex'
import { migrate } from '@movieverse/service/migrations.ts'
import { readReferenceData } from '@movieverse/titles/reference/reference-data.ts'
import { writeReferenceData } from '@movieverse/titles/reference/reference-writer.ts'
import { syncRegions } from '@movieverse/titles/reference/regions-writer.ts'
import { inWriteTransaction } from '@movieverse/titles/writing/bulk-rows.ts'
import { writeTitles, type TitleInput } from '@movieverse/titles/writing/title-writer.ts'
import { seededRandom } from '../support/statistics.ts'

/** When the generated titles are written and read, so that every run lists the same ones. */
export const benchNow = new Date('2026-11-23T00:00:00Z')

const words = (
  'amber anchor autumn bridge broken candle canyon carnival cinder city cloud copper crossing crown dancer desert ' +
  'distant dragon dream dust eagle echo ember empire engine evening falcon father feather fire forest forgotten garden ' +
  'ghost glass golden hidden hollow horizon hunter island journey king lantern last letter light little long lost ' +
  'machine marble meadow midnight mirror monsoon moon morning mother mountain night ocean orchid paper paradise ' +
  'passage pilgrim prince promise queen quiet railway rain raven river road sailor scarlet secret shadow silent silver ' +
  'sister snow soldier song south stone storm stranger street summer sun temple thunder tiger train travel valley ' +
  'village voice water white wild wind window winter witness wolf'
).split(' ')

/** Shares like those of the imported catalogue: a third from the USA, an eighth from India, a long tail behind. */
const countries = weighted({
  US: 36,
  IN: 13,
  GB: 9,
  FR: 7,
  CA: 6,
  JP: 4,
  DE: 4,
  IT: 4,
  ES: 4,
  CN: 4,
  KR: 3,
  TR: 2,
  RO: 1,
  IS: 1,
})
const languages = weighted({
  en: 50,
  hi: 7,
  fr: 8,
  es: 7,
  de: 4,
  ja: 4,
  ta: 3,
  te: 3,
  it: 3,
  cmn: 3,
  ko: 3,
  ml: 2,
  tr: 2,
  is: 1,
})
const genres = weighted({
  drama: 30,
  comedy: 17,
  thriller: 11,
  action: 9,
  horror: 9,
  romance: 7,
  crime: 6,
  adventure: 4,
  mystery: 4,
  'sci-fi': 3,
})

/** Fills an empty database with that many generated titles, always the same ones. */
export async function generateCatalogue(db: Knex, count: number): Promise<void> {
  await migrate(db)
  await writeReferenceData(db, await readReferenceData())
  await syncRegions(db, benchNow)
  const random = seededRandom(count)
  for (let done = 0; done < count; done += 500) {
    const titles = Array.from({ length: Math.min(500, count - done) }, (_, index) => titleOf(done + index, random))
    await inWriteTransaction(db, (trx) => writeTitles(trx, titles, benchNow))
    // SQLite's driver never waits: without a turn of the event loop nothing that is done with is freed.
    await nextTurn()
  }
  await db.raw(db.client.config.client === 'mysql2' ? 'analyze table title_listings, titles, search_terms' : 'analyze')
}

function titleOf(index: number, random: () => number): TitleInput {
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value // `as`: the lists are not empty
  const some = <Value>(values: readonly Value[], most: number): Value[] =>
    Array.from({ length: 1 + Math.floor(random() ** 2 * most) }, () => pick(values))
  const releaseYear = 2026 - Math.floor(random() ** 2 * 100)
  const month = String(1 + Math.floor(random() * 12)).padStart(2, '0')
  const title = Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(words)).join(' ')
  return {
    imdbId: `tt${9_000_000 + index}`,
    title: title.charAt(0).toUpperCase() + title.slice(1),
    releaseYear,
    publishedOn: releaseYear < 2026 ? `${releaseYear}-${month}-15` : '2026-01-15',
    runtimeMinutes: 60 + Math.floor(random() * 120),
    averageRating: Math.round((3 + random() * 6) * 10) / 10,
    votes: Math.floor(10 ** (2 + random() ** 3 * 4)),
    countries: some(countries, 3),
    languages: some(languages, 2),
    genres: some(genres, 3),
    credits: [{ person: { name: `${pick(words)} ${pick(words)}son` }, role: 'DIRECTOR', position: 0 }],
  }
}

function weighted(shares: Record<string, number>): string[] {
  return Object.entries(shares).flatMap(([code, share]) => Array.from({ length: share }, () => code))
}
