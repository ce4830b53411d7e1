import { migrate } from '@movieverse/service/migrations.ts'
import { writeReferenceData } from '@movieverse/titles/reference/reference-writer.ts'
import { syncRegions } from '@movieverse/titles/reference/regions-writer.ts'
import { writeTitles, type TitleInput } from '@movieverse/titles/writing/title-writer.ts'
import type { Knex } from 'knex'

const countries = { CA: 'Canada', DE: 'Germany', GB: 'UK', IN: 'India', IR: 'Iran', RO: 'Romania', US: 'USA' }
const languages = { de: 'German', en: 'English', fa: 'Persian', hi: 'Hindi' }
const genres = { comedy: 'Comedy', drama: 'Drama', 'sci-fi': 'Sci-Fi' }
const standard = 'ISO 3166-1'

/** Titles whose facts tests name; imdb ids are of the form only. */
const named: TitleInput[] = [
  film('Teenage Space Vampires', 'tt9000001', 1999, ['RO', 'CA', 'US'], { averageRating: 3.4, votes: 400 }),
  film('Gandhi', 'tt9000002', 1982, ['GB', 'IN', 'US'], { averageRating: 8, votes: 200_000 }),
  film('Slumdog Millionaire', 'tt9000003', 2008, ['GB', 'IN'], { averageRating: 8, votes: 800_000 }),
  film('Ankur', 'tt9000004', 1974, ['IN'], { languages: ['hi'], averageRating: 7.9, votes: 700 }),
  film('A Matter of Life and Death', 'tt9000005', 1946, ['GB'], { grossMinor: 1_234_500, grossCurrency: 'GBP' }),
  film('Der müde Tod', 'tt9000006', 1921, ['DE'], { languages: ['de'] }),
  film('Leila', 'tt9000007', 1997, ['IR'], { languages: ['fa'] }),
  film('Against All Hope', null, 1982, [], { genres: [], credits: [] }),
]

/** How many titles the small catalogue holds besides the named ones; all are from the USA and available there. */
export const numberedTitles = 60

/** Migrates an empty database and writes a catalogue of 68 titles: small, but larger than one page of fifty. */
export async function writeSmallCatalogue(db: Knex, now = new Date('2026-11-01T00:00:00Z')): Promise<void> {
  await migrate(db)
  await writeReferenceData(db, {
    countries: coded(countries).map((country) => ({ ...country, standard })),
    languages: coded(languages),
    genres: coded(genres),
  })
  await syncRegions(db, now)
  const numbered = Array.from({ length: numberedTitles }, (_, index) => numberedFilm(index + 1))
  await db.transaction(async (trx) => writeTitles(trx, [...named, ...numbered], now))
}

function coded(names: Record<string, string>): Array<{ code: string; name: string }> {
  return Object.entries(names).map(([code, name]) => ({ code, name }))
}

function film(
  title: string,
  imdbId: string | null,
  releaseYear: number,
  from: string[],
  facts: Partial<TitleInput>,
): TitleInput {
  const credits = [
    { person: { imdbId: 'nm9000001', name: 'Asha Director' }, role: 'DIRECTOR' as const, position: 1 },
    { person: { imdbId: 'nm9000002', name: 'Bert Actor' }, role: 'ACTOR' as const, position: 1 },
    { person: { imdbId: 'nm9000003', name: 'Cleo Actress' }, role: 'ACTRESS' as const, position: 1 },
  ]
  return { imdbId, title, releaseYear, countries: from, languages: ['en'], genres: ['drama'], credits, ...facts }
}

function numberedFilm(number: number): TitleInput {
  const title = `Numbered Film ${String(number).padStart(2, '0')}`
  const director = { imdbId: `nm91${String(number).padStart(5, '0')}`, name: `Director ${number}` }
  return film(title, `tt91${String(number).padStart(5, '0')}`, 1950 + number, ['US'], {
    genres: number % 2 ? ['comedy', 'drama'] : ['sci-fi'],
    averageRating: 5,
    votes: number,
    credits: [{ person: director, role: 'DIRECTOR', position: 1 }],
  })
}
