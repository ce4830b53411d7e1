import { regions } from '@movieverse/regions/regions.ts'
import { expect, test } from 'vitest'
import { browsePath, routeOf, titlePath } from './routes.ts'

test('every region of regions.json has a page of its own, and all titles have one', () => {
  expect(routeOf('/')).toEqual({ page: 'browse', region: null })
  for (const { code } of regions) expect(routeOf(browsePath(code))).toEqual({ page: 'browse', region: code })
})

test.each(['a', 'TW92aWU6MQ==', 'a/b', 'ł?#%', '..'])('a title keeps its id %s through its path', (id) => {
  expect(routeOf(titlePath(id))).toEqual({ page: 'title', id })
})

test.each(['/fr', '/IN', '/in/', '/title', '/title/', '/title/%E0%A4%A', '/title/a/b', '/metrics', '', '//'])(
  '%s is no page',
  (path) => {
    expect(routeOf(path)).toBeNull()
  },
)
