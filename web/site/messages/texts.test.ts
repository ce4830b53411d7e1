import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { en } from './en.ts'
import { hi } from './hi.ts'
import { textsOf } from './texts.ts'

/** Every text of a catalogue by its path; texts with a gap are filled with a mark. */
function textsIn(value: unknown, path = ''): Array<[string, string]> {
  if (typeof value === 'function') return [[path, String(value('⟨x⟩', '⟨y⟩'))]]
  if (typeof value === 'string') return [[path, value]]
  return Object.entries(value ?? {}).flatMap(([key, below]) => textsIn(below, `${path}.${key}`))
}

test('every text is there in Hindi, in its own script, with the same gaps', () => {
  const hindi = new Map(textsIn(hi))
  for (const [path, text] of textsIn(en)) {
    expect(hindi.get(path), path).toMatch(/\p{Script=Devanagari}/u)
    for (const gap of ['⟨x⟩', '⟨y⟩']) expect(hindi.get(path)?.includes(gap), path).toBe(text.includes(gap))
  }
})

test('numbers, dates, money and names are written as the language has it', () => {
  const [english, hindi] = [textsOf('en'), textsOf('hi')]
  expect(english.number(7997)).toBe('7,997')
  expect(hindi.number(100_000)).toBe('1,00,000')
  expect(english.date('1974-01-01')).toBe('1 Jan 1974')
  expect(english.money(49_900, 'INR')).toBe('₹499')
  expect(english.money(49_950, 'INR')).toBe('₹499.50')
  expect(english.money(500, 'JPY')).toBe('JP¥500')
  expect(english.time('2026-11-23T15:16:18Z')).toBe('23 Nov 2026, 15:16:18 UTC')
  expect(hindi.time('2026-11-23T15:16:18Z')).toBe('23 नव॰ 2026, 15:16:18 UTC')
  expect(english.milliseconds(1500)).toBe('1,500 ms')
  expect(english.region('GB')).toBe('UK')
  expect(hindi.country('IN', 'India')).toBe('भारत')
  expect(hindi.languageName('hi', 'Hindi')).toBe('हिन्दी')
})

test('a country that is gone, or a currency that is none, is written as it came', () => {
  expect(textsOf('hi').country('XYZW', 'Soviet Union')).toBe('Soviet Union')
  expect(textsOf('en').money(1000, 'no')).toBe('10 no')
})

test('every genre of the seeds has a name in Hindi', async () => {
  // `as`: what seeds.test.ts holds the file to.
  const genres = JSON.parse(await readFile(new URL('../../../seeds/genres.json', import.meta.url), 'utf8')) as Array<{
    code: string
    name: string
  }>
  expect(genres.length).toBeGreaterThan(20)
  for (const { code, name } of genres) {
    expect(textsOf('hi').genre(code, name), code).toMatch(/^[\p{Script=Devanagari} -]+$/u)
    expect(textsOf('en').genre(code, name)).toBe(name)
  }
})

test('what was written before stays as it was, whatever Intl would write here', () => {
  const written = {}
  const server = textsOf('hi', written)
  const asServer = [server.date('2020-09-05'), server.money(100, 'INR'), server.languageName('ks', 'Kashmiri')]
  const other = Object.fromEntries(Object.keys(written).map((asked) => [asked, `⟨${asked}⟩`]))
  const browser = textsOf('hi', other)
  expect([browser.date('2020-09-05'), browser.money(100, 'INR'), browser.languageName('ks', 'Kashmiri')]).toEqual(
    Object.values(other),
  )
  expect(asServer).toEqual(Object.values(written))
})
