import fc from 'fast-check'
import { expect, test } from 'vitest'
import { posterArt } from './poster-art.ts'

const ankur = { title: 'Ankur', year: 1974, genres: ['drama'] }

test('the same title has the same poster for ever', () => {
  expect(posterArt(ankur)).toEqual(posterArt({ ...ankur }))
  expect(posterArt(ankur)).toMatchObject({ motif: 'hills', fontSize: 25, lines: ['Ankur'] })
})

test('another year or genre makes another poster of the same title', () => {
  expect(posterArt({ ...ankur, year: 1975 }).dice).not.toEqual(posterArt(ankur).dice)
  expect(posterArt({ ...ankur, genres: ['comedy'] }).palette).not.toEqual(posterArt(ankur).palette)
})

test('a long word is made smaller rather than broken', () => {
  expect(posterArt({ ...ankur, title: 'Rangasthalam' }).lines).toEqual(['Rangasthalam'])
  expect(posterArt({ ...ankur, title: 'Thugs of Hindostan: Unentschlossenheit' }).lines).toContain('Unentschlossenheit')
})

test('any title, however long, stands in four lines that fit', () => {
  const subjects = fc.record({
    title: fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' }),
    year: fc.option(fc.integer({ min: 1870, max: 2100 })),
    genres: fc.array(fc.string(), { maxLength: 3 }),
  })
  fc.assert(
    fc.property(subjects, (subject) => {
      const { lines, fontSize, dice } = posterArt(subject)
      expect(lines.length).toBeLessThanOrEqual(4)
      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(Math.floor(168 / (fontSize * 0.62)) + 1)
      for (const number of dice) expect(number >= 0 && number < 1).toBe(true)
    }),
  )
})
