import { expect, test } from 'vitest'
import { minPasswordLength } from '../accounts/password-rules.ts'
import { en } from './en.ts'
import { hi } from './hi.ts'
import { preferredLanguage } from './languages.ts'

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['hi', 'hi'],
  ['hi-IN,hi;q=0.9,en;q=0.8', 'hi'],
  ['en-IN,hi;q=0.9', 'en'],
  ['fr,de;q=0.9,hi;q=0.3', 'hi'],
  ['en;q=0.1,hi;q=0.2', 'hi'],
  ['hi;q=0', 'en'],
  ['*', 'en'],
  [';;;,,q=,hi;q=x', 'hi'],
])('%j prefers %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language)
})

/** Every text of a catalogue by its path; functions as they answer for one argument. */
function textsOf(part: unknown, path = ''): Array<[string, string]> {
  if (typeof part === 'string') return [[path, part]]
  if (typeof part === 'function') return [[path, String(part('Zoe', 'z@example.com'))]]
  return Object.entries(part ?? {}).flatMap(([key, value]) => textsOf(value, `${path}.${key}`))
}

test('both languages have every text, and the Hindi ones are in Hindi', () => {
  const [english, hindi] = [textsOf(en), textsOf(hi)]
  expect(hindi.map(([path]) => path)).toEqual(english.map(([path]) => path))
  for (const [path, text] of hindi) if (path !== '.home') expect(text, path).toMatch(/\p{Script=Devanagari}/u)
  for (const [path, text] of english) expect(text, path).not.toMatch(/\p{Script=Devanagari}/u)
})

test('the password’s length is named as it is', () => {
  for (const { fields } of [en, hi]) expect(fields.passwordHint).toContain(String(minPasswordLength))
})
