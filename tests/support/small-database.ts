import { migrate } from '@movieverse/service/migrations.ts'
import type { Dialect } from '@movieverse/service/dialect.ts'
import { writeReferenceData } from '@movieverse/titles/reference/reference-writer.ts'
import { syncRegions } from '@movieverse/titles/reference/regions-writer.ts'
import type { TitleInput } from '@movieverse/titles/writing/title-writer.ts'
import { createTestDatabase, type TestDatabase } from './databases.ts'

/** The moment at which tests write. */
export const writtenAt = new Date('2026-11-01T12:00:00Z')

const countries = Object.entries({
  IN: 'India',
  US: 'USA',
  GB: 'UK',
  FR: 'France',
  DE: 'Germany',
  RO: 'Romania',
  CA: 'Canada',
})
const languages = Object.entries({ en: 'English', hi: 'Hindi', fr: 'French', de: 'German' })
const genres = Object.entries({ drama: 'Drama', comedy: 'Comedy', horror: 'Horror' })

/** A migrated database with a handful of countries, languages and genres, the regions, and no title. */
export async function createSmallDatabase(dialect: Dialect): Promise<TestDatabase> {
  const database = await createTestDatabase(dialect)
  await migrate(database.db)
  await writeReferenceData(database.db, {
    countries: countries.map(([code, name]) => ({ code, name, standard: 'ISO 3166-1' })),
    languages: languages.map(([code, name]) => ({ code, name })),
    genres: genres.map(([code, name]) => ({ code, name })),
  })
  await syncRegions(database.db, writtenAt)
  return database
}

/** A title of India and the USA with everything known, changed as asked. */
export function titleInput(changes: Partial<TitleInput> = {}): TitleInput {
  return {
    imdbId: 'tt0000001',
    title: 'Ek Din Achanak',
    originalTitle: 'Suddenly, One Day',
    releaseYear: 1989,
    publishedOn: '1989-06-01',
    runtimeMinutes: 105,
    productionCompany: 'NFDC',
    grossMinor: 1_215_600,
    grossCurrency: 'USD',
    averageRating: 7.7,
    votes: 4695,
    countries: ['IN', 'US'],
    languages: ['hi', 'en'],
    genres: ['drama'],
    credits: [
      { person: { imdbId: 'nm0000001', name: 'Mrinal Sen', bornOn: '1923-05-14' }, role: 'DIRECTOR', position: 0 },
      { person: { name: 'Shabana Azmi' }, role: 'ACTRESS', position: 0 },
    ],
    ...changes,
  }
}
