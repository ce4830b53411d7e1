import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a generated folder holds, to be compared with what an import of it makes. */
export interface GeneratedFigures {
  readonly titles: number
  readonly people: number
  /** Titles by region: those that the default policy makes available there. */
  readonly regions: Readonly<Record<'IN' | 'US' | 'GB', number>>
  readonly anyRegion: number
  readonly twoOrMoreRegions: number
  readonly allRegions: number
  readonly withoutCountry: number
  readonly credits: number
}

type Row = readonly string[]

/**
 * Writes a folder in the imdb-csv layout with this many titles (24 or more), always the same for the same number, with
 * the traps of the real data: other alphabets, quotes, commas and line breaks in fields, markup in a title, a title of
 * 25 countries, historic countries, language names with commas, other currencies, empty fields, pairs of equal title
 * and year. Answers what an import of it must give.
 */
export async function writeImdbCsv(folder: string, titleCount: number): Promise<GeneratedFigures> {
  const movies = Array.from({ length: titleCount }, (_, index) => movieOf(index))
  const people = Array.from({ length: Math.ceil(titleCount / 2) + 10 }, (_, index) => personOf(index))
  const ids = movies.map(([id = '']) => id)
  const credits = ids.flatMap((id, index) => creditsOf(id, index, people.length))
  await mkdir(folder, { recursive: true })
  await Promise.all([
    writeCsv(
      folder,
      'movies.csv',
      `id,title,year,date_published,duration,country,worldwide_gross_income,languages,production_company`,
      movies,
    ),
    writeCsv(folder, 'names.csv', 'id,name,height,date_of_birth,known_for_movies', people),
    writeCsv(folder, 'genres.csv', 'movie_id,genre', ids.flatMap(genresOf)),
    writeCsv(folder, 'ratings.csv', 'movie_id,avg_rating,total_votes,median_rating', ids.flatMap(ratingOf)),
    writeCsv(
      folder,
      'directors.csv',
      'movie_id,name_id',
      credits.filter(([, , role]) => role === 'director').map((row) => row.slice(0, 2)),
    ),
    writeCsv(
      folder,
      'roles.csv',
      'movie_id,name_id,category',
      credits.filter(([, , role]) => role !== 'director'),
    ),
  ])
  return { titles: titleCount, people: people.length, credits: credits.length, ...regionFigures(movies) }
}

const manyCountries = [
  'USA',
  'Argentina',
  'Australia',
  'Austria',
  'Belgium',
  'Brazil',
  'Canada',
  'Chile',
  'China',
  'Denmark',
  'Egypt',
  'Finland',
  'France',
  'Germany',
  'Greece',
  'Hungary',
  'Iceland',
  'Ireland',
  'Italy',
  'Japan',
  'Mexico',
  'Norway',
  'Poland',
  'Spain',
  'UK',
].join(', ')
const countries = [
  'USA',
  'India',
  'UK',
  'France',
  'USA, India',
  'Soviet Union',
  'Japan',
  'USA',
  'India, UK',
  'Romania, Canada, USA',
  '',
  'UK, India, USA',
  'Serbia and Montenegro',
  'Kosovo',
  'Ukraine',
  'USA',
  'Holy See (Vatican City State), Italy',
]
const languages = [
  'English',
  'Hindi',
  'Greek, Ancient (to 1453), English',
  'None',
  'American Sign Language',
  '',
  'Dutch, Flemish',
  'Tamil, Hindi',
]
const genres = ['Drama', 'Comedy', 'Sci-Fi', 'Others', 'Horror', 'Thriller']
const grosses = ['$ 12156', '', 'INR 530500000', '', '', '$ 0']
const companies = ['Decla-Bioscop AG', '', 'Smith, Jones & Sons', 'The "Quoted" Company', 'Ćwirko Film']

/** Titles that have broken readers before. */
const trickyTitles = [
  'Der müde Tod',
  'Quotes "inside" a title',
  'Commas, here, and there',
  '<script>alert(1)</script>',
  'मदर इंडिया',
  'Łódź Øresund Straße Æsir',
  "Robert'); DROP TABLE titles;--",
  '🎬',
  '100% _wild_',
  '...',
  'Same Title',
  'Same Title',
]

function movieOf(index: number): Row {
  const title =
    trickyTitles[index] ?? `${pick(words, index)} ${pick(words, Math.floor(index / words.length) + 3)} ${index % 97}`
  const isSame = title === 'Same Title'
  const year = isSame ? 2018 : 2000 + (index % 23)
  return [
    `tt${String(5_000_000 + index)}`,
    title,
    index % 31 === 30 ? '' : String(year),
    index % 5 === 4
      ? ''
      : `${year}-${String(1 + (index % 12)).padStart(2, '0')}-${String(1 + (index % 28)).padStart(2, '0')}`,
    index % 13 === 12 ? '' : String(60 + (index % 120)),
    index === 12 ? manyCountries : pick(countries, index),
    pick(grosses, index),
    pick(languages, index),
    pick(companies, index),
  ]
}

const words = [
  'Golden',
  'Monsoon',
  'Étoile',
  'Silent',
  'River',
  'Night',
  'Teenage',
  'Vampire',
  'Rāga',
  'Winter',
  'Broken',
  'Letter',
  'Größe',
]

function personOf(index: number): Row {
  const name = index % 7 === 3 ? `Zoë Ångström-${index}` : `Person ${index}`
  return [
    `nm${String(7_000_000 + index)}`,
    name,
    index % 3 === 0 ? '170' : '',
    index % 2 === 0 ? `19${10 + (index % 90)}-02-03` : '',
    '',
  ]
}

function creditsOf(id: string, index: number, people: number): Row[] {
  const person = (offset: number): string => `nm${String(7_000_000 + ((index + offset) % people))}`
  return [
    ...(index % 2 === 0 ? [[id, person(0), 'director']] : []),
    ...(index % 3 === 0
      ? [
          [id, person(3), 'actress'],
          [id, person(1), 'actor'],
          [id, person(2), 'actor'],
        ]
      : []),
  ]
}

function genresOf(id: string, index: number): Row[] {
  return [[id, pick(genres, index)], ...(index % 2 === 0 ? [[id, pick(genres, index + 1)]] : [])]
}

function ratingOf(id: string, index: number): Row[] {
  return index % 11 === 10
    ? []
    : [
        [
          id,
          ((index * 7) % 100) % 10 === 0 ? '10' : (((index * 7) % 100) / 10).toFixed(1),
          String(100 + ((index * 7919) % 90_000)),
          '7',
        ],
      ]
}

function pick<Value>(values: readonly Value[], index: number): Value {
  const value = values[index % values.length]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}

function regionFigures(movies: readonly Row[]): Omit<GeneratedFigures, 'titles' | 'people' | 'credits'> {
  const names = { IN: 'India', US: 'USA', GB: 'UK' } as const
  const countriesOf = movies.map((movie) => (movie[5] ?? '').split(', '))
  const has = (name: string) => (list: readonly string[]) => list.includes(name)
  const inRegions = countriesOf.map((list) => Object.values(names).filter((name) => list.includes(name)).length)
  return {
    regions: {
      IN: countriesOf.filter(has(names.IN)).length,
      US: countriesOf.filter(has(names.US)).length,
      GB: countriesOf.filter(has(names.GB)).length,
    },
    anyRegion: inRegions.filter((count) => count >= 1).length,
    twoOrMoreRegions: inRegions.filter((count) => count >= 2).length,
    allRegions: inRegions.filter((count) => count === 3).length,
    withoutCountry: countriesOf.filter(([first]) => first === '').length,
  }
}

async function writeCsv(folder: string, file: string, header: string, rows: readonly Row[]): Promise<void> {
  await writeFile(join(folder, file), `${[header, ...rows.map((row) => row.map(quoted).join(','))].join('\n')}\n`)
}

function quoted(field: string): string {
  return /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}
