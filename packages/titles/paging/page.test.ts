import { describe, expect, test } from 'vitest'
import { pageWindowOf, toPage } from './page.ts'

const toEdge = (node: number): { cursor: string; node: number } => ({ cursor: `c${node}`, node })

describe('page arguments', () => {
  test('twenty from the front unless something else is asked for', () => {
    expect(pageWindowOf({})).toEqual({ size: 20, backward: false, after: null, before: null })
    expect(pageWindowOf({ first: 5, after: 'a' })).toEqual({ size: 5, backward: false, after: 'a', before: null })
    expect(pageWindowOf({ last: 5, before: 'b' })).toEqual({ size: 5, backward: true, after: null, before: 'b' })
  })

  test('only a cursor to end before means the twenty in front of it', () => {
    expect(pageWindowOf({ before: 'b' })).toEqual({ size: 20, backward: true, after: null, before: 'b' })
  })

  test.each([
    ['first', { first: -1 }],
    ['first', { first: 0 }],
    ['first', { first: 100_000 }],
    ['last', { last: 1.5 }],
    ['last', { last: Number.NaN }],
    ['last', { first: 1, last: 1 }],
  ])('%s is named in %j', (field, page) => {
    expect(() => pageWindowOf(page)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', details: { field } }))
  })
})

describe('a page', () => {
  test('from the front knows by one item more that the list goes on', () => {
    const page = toPage(pageWindowOf({ first: 2 }), [1, 2, 3], toEdge)
    expect(page.edges.map(({ node }) => node)).toEqual([1, 2])
    expect(page.pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: false, startCursor: 'c1', endCursor: 'c2' })
  })

  test('from the back is in the order of the list', () => {
    const page = toPage(pageWindowOf({ last: 2, before: 'x' }), [9, 8, 7], toEdge)
    expect(page.edges.map(({ node }) => node)).toEqual([8, 9])
    expect(page.pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: true, startCursor: 'c8', endCursor: 'c9' })
  })

  test('of nothing has no cursors', () => {
    const nothing = { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null }
    expect(toPage(pageWindowOf({ after: 'x' }), [], toEdge)).toEqual({ edges: [], pageInfo: nothing })
  })
})
