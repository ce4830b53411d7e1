import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const known = {
  imdbId: z.string().regex(/^tt\d{7,}$/),
  title: z.string().min(1),
  originalTitle: z.string().min(1),
  releaseYear: z.int().min(1890).max(2030),
  publishedOn: z.iso.date(),
  runtimeMinutes: z.int().positive(),
  countries: z.array(z.string()).min(1),
  languages: z.array(z.string()).min(1),
  genres: z.array(z.string()).min(1),
  productionCompany: z.string().min(1),
  grossMinor: z.int(),
  grossCurrency: z.string().length(3),
  averageRating: z.number(),
  votes: z.int(),
  directors: z.array(z.string().min(1)).min(1),
  cast: z.array(z.string().min(1)).min(1),
}
const Title = z.strictObject(known).partial().required({ title: true, countries: true })
const Named = z.strictObject({
  code: z.string(),
  name: z.string().min(1),
  aliases: z.array(z.string()).min(1).optional(),
})
const Country = Named.extend({ standard: z.enum(['ISO 3166-1', 'ISO 3166-3', 'user-assigned']) })
type Title = z.infer<typeof Title>
type Named = z.infer<typeof Named>

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8')
const countries = z.array(Country).parse(JSON.parse(read('countries.json')))
const languages = z.array(Named).parse(JSON.parse(read('languages.json')))
const genres = z.array(Named).parse(JSON.parse(read('genres.json')))
const lines = read('titles.jsonl').trimEnd().split('\n')
const titles = lines.map((line) => Title.parse(JSON.parse(line)))

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss').toLowerCase()
/** How the lists are sorted: letters and digits only, so that punctuation never decides. */
const sortKey = (text: string): string =>
  fold(text)
    .replace(/[^\p{L}\p{N}_]+/gu, ' ')
    .trim()
const namesOf = (entries: readonly Named[]): string[] => entries.flatMap(({ name, aliases = [] }) => [name, ...aliases])
const codesOf = (entries: readonly Named[]): Set<string> => new Set(entries.map(({ code }) => code))
const repeated = (values: readonly string[]): string[] => values.filter((value, at) => values.indexOf(value) !== at)
const ascending = (values: readonly string[]): string[] => values.toSorted((a, b) => (a < b ? -1 : Number(a > b)))
const countryNames = new Map(countries.map(({ code, name }) => [code, name]))
const labelOf = ({ title, countries: codes }: Title): string =>
  `${codes.map((code) => countryNames.get(code)).join(', ')}-${title}`

const foundingLabels = [
  'Germany-Der müde Tod',
  'UK-A Matter of Life and Death',
  'France, Italy-Le roi de coeur',
  'France, Iran, USA-The Other Side of the Wind',
  'India-Ankur',
  'USA-Kiss Daddy Goodbye',
  'USA-The Evil Dead',
  'Hong Kong-Mo tai',
  'India-Pestonjee',
  'India-Ek Din Achanak',
  'Chile-La Telenovela Errante',
  'Iran-Leila',
  'Canada-Joe Finds Grace',
  'India-Aashirwad',
  'Romania, Canada, USA-Teenage Space Vampires',
  'USA-Against All Hope',
]
const founding = titles.slice(0, foundingLabels.length)
const others = titles.slice(foundingLabels.length)

describe('the lists of codes', () => {
  test.each([
    ['countries.json', countries],
    ['languages.json', languages],
    ['genres.json', genres],
  ])('%s gives every code, name and alias to one entry only, in order of name', (_file, entries) => {
    expect(repeated(entries.map(({ code }) => code))).toEqual([])
    expect(repeated(namesOf(entries))).toEqual([])
    expect(repeated(entries.flatMap((entry) => [...new Set(namesOf([entry]).map(fold))]))).toEqual([])
    const keys = entries.map(({ name }) => sortKey(name))
    expect(keys).toEqual(ascending(keys))
  })

  test('every code has the form its standard gives it', () => {
    const forms = { 'ISO 3166-1': /^[A-Z]{2}$/, 'ISO 3166-3': /^[A-Z]{2}([A-Z]{2})?$/, 'user-assigned': /^XK$/ }
    expect(countries.filter(({ code, standard }) => !forms[standard].test(code))).toEqual([])
    expect(languages.filter(({ code }) => !/^[a-z]{2,3}$/.test(code))).toEqual([])
    expect(genres.filter(({ code, name }) => code !== name.toLowerCase() || !/^[a-z]+(-[a-z]+)*$/.test(code))).toEqual(
      [],
    )
  })

  test('all 249 current countries and all 183 two-letter languages are there', () => {
    expect(countries.filter(({ standard }) => standard === 'ISO 3166-1')).toHaveLength(249)
    expect(languages.filter(({ code }) => code.length === 2)).toHaveLength(183)
  })

  test.each([
    ['United States', 'US'],
    ['United Kingdom', 'GB'],
    ['West Germany', 'DE'],
    ['East Germany', 'DD'],
    ['Soviet Union', 'SU'],
    ['Yugoslavia', 'YU'],
    ['Czechoslovakia', 'CSHH'],
    ['Serbia and Montenegro', 'CS'],
    ['Kosovo', 'XK'],
    ['Republic of Macedonia', 'MK'],
    ['Zaire', 'ZR'],
  ])('the country %s is %s', (name, code) => {
    expect(countries.filter((entry) => namesOf([entry]).includes(name)).map((entry) => entry.code)).toEqual([code])
  })

  test.each([
    ['None', 'zxx'],
    ['American Sign Language', 'ase'],
    ['Sign Languages', 'sgn'],
    ['Mandarin', 'cmn'],
    ['Cantonese', 'yue'],
    ['Hokkien', 'nan'],
    ['Teochew', 'nan'],
    ['Berber languages', 'ber'],
    ['North American Indian', 'nai'],
    ['Ancient (to 1453)', 'grc'],
    ['Flemish', 'nl'],
  ])('the language %s is %s', (name, code) => {
    expect(languages.filter((entry) => namesOf([entry]).includes(name)).map((entry) => entry.code)).toEqual([code])
  })
})

describe('the titles', () => {
  test('every line names known facts only, in the documented order, without an empty value', () => {
    const order = Object.keys(known)
    for (const line of lines) {
      const keys = Object.keys(z.looseObject({}).parse(JSON.parse(line)))
      expect(keys).toEqual(order.filter((key) => keys.includes(key)))
      expect(line).toBe(JSON.stringify(JSON.parse(line)))
      expect(line).toBe(line.normalize('NFC'))
    }
  })

  test('every country, language and genre code that a title names exists, and none is named twice', () => {
    const lists = [
      [codesOf(countries), (title: Title) => title.countries],
      [codesOf(languages), (title: Title) => title.languages ?? []],
      [codesOf(genres), (title: Title) => title.genres ?? []],
    ] as const // keeps each set beside its reader
    for (const [existing, named] of lists) {
      expect(titles.flatMap(named).filter((code) => !existing.has(code))).toEqual([])
      expect(titles.filter((title) => repeated(named(title)).length > 0)).toEqual([])
    }
  })

  test('the sixteen founding titles come first, with exactly their labels', () => {
    expect(founding.map(labelOf)).toEqual(foundingLabels)
  })

  test('founding titles alone carry an IMDb id, each its own', () => {
    expect(new Set(founding.map(({ imdbId }) => imdbId)).size).toBe(foundingLabels.length)
    expect(founding.filter(({ imdbId }) => imdbId === undefined)).toEqual([])
    expect(others.filter(({ imdbId }) => imdbId !== undefined)).toEqual([])
  })

  test('no title carries a rating, a vote or a gross, for those change and are not ours', () => {
    const changing = ['grossMinor', 'grossCurrency', 'averageRating', 'votes']
    expect(titles.filter((title) => Object.keys(title).some((key) => changing.includes(key)))).toEqual([])
  })

  test('the other titles stand in order of year and then of title', () => {
    const keys = others.map(({ title, releaseYear }) => `${releaseYear} ${sortKey(title)}`)
    expect(keys).toEqual(ascending(keys))
    expect(others.filter(({ releaseYear }) => releaseYear === undefined)).toEqual([])
  })

  test('a title is told from every other by its folded name, year and countries', () => {
    const keys = titles.map((title) => [fold(title.title), title.releaseYear, ...title.countries].join('|'))
    expect(repeated(keys)).toEqual([])
  })

  test('a publication date lies in the year of release', () => {
    const dated = titles.filter(({ publishedOn }) => publishedOn !== undefined)
    expect(dated.filter(({ publishedOn, releaseYear }) => publishedOn?.slice(0, 4) !== String(releaseYear))).toEqual([])
  })

  test('the set is wide enough for a region-aware demo', () => {
    const madeIn = (...codes: string[]): number =>
      titles.filter((title) => codes.every((code) => title.countries.includes(code))).length
    const inRegions = titles.map((title) => title.countries.filter((code) => ['IN', 'US', 'GB'].includes(code)).length)
    expect(titles.length).toBeGreaterThanOrEqual(240)
    expect(new Set(titles.flatMap((title) => title.countries)).size).toBeGreaterThanOrEqual(40)
    expect(madeIn('IN')).toBeGreaterThanOrEqual(60)
    expect(madeIn('US')).toBeGreaterThanOrEqual(70)
    expect(madeIn('GB')).toBeGreaterThanOrEqual(45)
    expect(inRegions.filter((count) => count >= 2).length).toBeGreaterThanOrEqual(12)
    expect(madeIn('IN', 'US', 'GB')).toBeGreaterThanOrEqual(2)
    const decades = new Set(titles.flatMap(({ releaseYear: year }) => (year ? [Math.floor(year / 10)] : [])))
    expect(decades.isSupersetOf(new Set([192, 193, 194, 195, 196, 197, 198, 199, 200, 201, 202]))).toBe(true)
    const used = new Set(titles.flatMap((title) => title.genres ?? []))
    expect(genres.filter(({ code }) => !used.has(code))).toEqual([])
  })
})

const movies = new URL('../../shared/data/imdb/movies.csv', import.meta.url)

describe.skipIf(!existsSync(movies))('the IMDb set beside the repository', () => {
  const [head = [], ...rows] = existsSync(movies) ? cellsOf(readFileSync(movies, 'utf8')) : []

  test.each([
    ['country', countries, 137],
    ['languages', languages, 163],
  ])('every name in its column %s maps to one code', (column, entries, count) => {
    const at = head.indexOf(column)
    const names = new Set(rows.flatMap((row) => (row[at] ? row[at].split(', ') : [])))
    const counted = Map.groupBy(namesOf(entries), (name) => name)
    expect(names.size).toBe(count)
    expect([...names].filter((name) => counted.get(name)?.length !== 1)).toEqual([])
  })
})

/** Rows of cells of a CSV text: commas between cells, a cell quoted where it holds one, a quote doubled inside. */
function cellsOf(text: string): string[][] {
  const rows = text.replaceAll('\r', '').trimEnd().split('\n')
  return rows.map((row) =>
    [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
      quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
    ),
  )
}
