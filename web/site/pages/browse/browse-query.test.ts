import fc from 'fast-check'
import { expect, test } from 'vitest'
import { browseSearch, filterCount, filterOf, orderOf, readBrowseQuery, sorts, views } from './browse-query.ts'

const read = (search: string): ReturnType<typeof readBrowseQuery> => readBrowseQuery(new URLSearchParams(search))

test('what goes without saying is not written, so that a page has one address', () => {
  expect(browseSearch(read('?view=cards&sort=popularity&q=&from=&after='))).toBe('')
})

test('what a URL says wrongly is as if it were not there', () => {
  expect(read('?view=table&sort=price&genre=%3Cb%3E&country=usa&language=HI&from=1&to=abc&rating=11')).toEqual(read(''))
})

test('filters become conditions of the schema', () => {
  const query = read('?genre=Drama&genre=War&country=IN&language=hi&from=1990&rating=7.5&q= night &sort=year')
  expect(filterOf(query)).toEqual({
    text: 'night',
    genres: { all: ['drama', 'war'] },
    originIn: ['IN'],
    languages: ['hi'],
    year: { min: 1990, max: null },
    rating: { min: 7.5 },
  })
  expect(orderOf(query)).toBe('YEAR')
  expect(filterCount(query)).toBe(6)
})

test('a query is the same after it was written and read', () => {
  const code = fc.stringMatching(/^[A-Z]{2,4}$/)
  const queries = fc.record({
    view: fc.constantFrom(...views),
    sort: fc.constantFrom(...sorts),
    text: fc.string({ maxLength: 100 }).map((text) => text.trim()),
    genres: fc.uniqueArray(fc.stringMatching(/^[a-z-]{1,40}$/), { maxLength: 20 }),
    countries: fc.uniqueArray(code, { maxLength: 20 }),
    languages: fc.uniqueArray(
      code.filter(({ length }) => length < 4).map((each) => each.toLowerCase()),
      { maxLength: 20 },
    ),
    from: fc.option(fc.integer({ min: 1870, max: 2200 })),
    to: fc.option(fc.integer({ min: 1870, max: 2200 })),
    rating: fc.option(fc.integer({ min: 0, max: 10 })),
    after: fc.option(fc.string({ minLength: 1, maxLength: 200 })),
    before: fc.constant(null),
  })
  fc.assert(
    fc.property(queries, (query) => {
      expect(read(browseSearch(query))).toEqual(query)
    }),
  )
})
