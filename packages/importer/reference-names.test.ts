import { expect, test } from 'vitest'
import { codesOf, referenceNamesOf } from './reference-names.ts'

const { countries, languages } = referenceNamesOf({
  countries: [
    { code: 'GB', name: 'UK', standard: 'ISO 3166-1', aliases: ['United Kingdom'] },
    { code: 'UA', name: 'Ukraine', standard: 'ISO 3166-1' },
    { code: 'CW', name: 'Curaçao', standard: 'ISO 3166-1' },
  ],
  languages: [
    { code: 'nl', name: 'Dutch', aliases: ['Flemish'] },
    { code: 'el', name: 'Greek' },
    { code: 'grc', name: 'Ancient Greek', aliases: ['Greek, Ancient (to 1453)'] },
  ],
  genres: [],
})

test('names and aliases are found whole, in order, whatever their case and accents', () => {
  expect(codesOf(countries, 'Ukraine, united kingdom, Curacao')).toEqual({ codes: ['UA', 'GB', 'CW'], unknown: [] })
})

test('two names of one code give it once, at the place of the first', () => {
  expect(codesOf(languages, 'Flemish, Greek, Dutch').codes).toEqual(['nl', 'el'])
})

test('a name that holds the separator wins over a shorter one', () => {
  expect(codesOf(languages, 'Dutch, Greek, Ancient (to 1453)').codes).toEqual(['nl', 'grc'])
  expect(codesOf(languages, 'Greek, Dutch').codes).toEqual(['el', 'nl'])
})

test('unknown names are told, and nothing is no name', () => {
  expect(codesOf(countries, 'UK, Atlantis, Mu')).toEqual({ codes: ['GB'], unknown: ['Atlantis', 'Mu'] })
  expect(codesOf(countries, '')).toEqual({ codes: [], unknown: [] })
})
