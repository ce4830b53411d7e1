import { popularityOf } from '../listing/sort-keys.ts'
import { createRandom, type Random } from './random.ts'

/** Half-open times, SQL text, in which a title may be shown in a region. */
export interface TestWindow {
  readonly region: string
  readonly from: string
  readonly until: string
}

/** A made-up title with everything that lists, filters and searches look at. */
export interface TestTitle {
  readonly id: number
  readonly title: string
  readonly originalTitle: string | null
  readonly releaseYear: number | null
  readonly publishedOn: string | null
  readonly runtimeMinutes: number | null
  readonly averageRating: number | null
  readonly votes: number | null
  readonly popularity: number
  readonly countries: readonly string[]
  readonly languages: readonly string[]
  readonly genres: readonly string[]
  readonly windows: readonly TestWindow[]
}

export const testCountries = ['US', 'IN', 'GB', 'FR', 'DE', 'RO', 'CA', 'JP', 'SU', 'AL', 'CL', 'YUCS']
export const testLanguages = ['en', 'hi', 'fr', 'de', 'cmn', 'ro', 'sv']
export const testGenres = ['drama', 'comedy', 'thriller', 'sci-fi', 'horror', 'film-noir']
export const testRegions = ['US', 'IN', 'GB']

/** The moment at which tests judge windows. */
export const testNow = new Date('2026-06-01T12:00:00.000Z')

const words = (
  'the a it of love Night Élan müde Tod Łódź vampires teenage space crossing winter Mother strange garden mirror ' +
  'shadow river silence borrowed thunder letter harbour crooked 2019 king kingdom kings window widow dancing distance'
).split(' ')

/** The same titles for the same seed; about one in eight facts is unknown. */
export function generateTitles(count: number, seed: number): TestTitle[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, index) => generateTitle(random, index + 1))
}

function generateTitle(random: Random, id: number): TestTitle {
  const known = <Value>(value: Value): Value | null => (random.below(8) === 0 ? null : value)
  const phrase = (): string => Array.from({ length: 1 + random.below(4) }, () => random.pick(words)).join(' ')
  const releaseYear = known(1990 + random.below(30))
  const averageRating = known(random.below(101) / 10)
  const votes = averageRating === null ? null : Math.floor(10 ** (random.next() * 6))
  return {
    id,
    title: phrase(),
    originalTitle: random.below(4) === 0 ? phrase() : null,
    releaseYear,
    publishedOn: known(`${1990 + random.below(30)}-0${1 + random.below(9)}-1${random.below(10)}`),
    runtimeMinutes: known(60 + random.below(120)),
    averageRating,
    votes,
    popularity: popularityOf(averageRating, votes),
    countries: random.some(testCountries, 3),
    languages: random.some(testLanguages, 2),
    genres: random.some(testGenres, 3),
    windows: testRegions.flatMap((region) => (random.below(2) === 0 ? generateWindows(random, region) : [])),
  }
}

/** One or two disjoint windows around the test's moment, some past, some to come, some without an end. */
function generateWindows(random: Random, region: string): TestWindow[] {
  const year = 2024 + random.below(4)
  const first = { region, from: `${year}-01-01 00:00:00.000`, until: `${year}-09-01 00:00:00.000` }
  const openEnd = { region, from: `${year + 1}-01-01 00:00:00.000`, until: '9999-12-31 23:59:59.999' }
  return random.pick([[first], [openEnd], [first, openEnd]])
}
