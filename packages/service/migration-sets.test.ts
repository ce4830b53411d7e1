import { expect, test } from 'vitest'
import { databaseUrlOf } from './migration-sets.ts'

test('on SQLite web and edge have files of their own beside the platform’s', () => {
  const urls = { DATABASE_URL: 'sqlite:/data/films/movieverse.sqlite' }
  expect(databaseUrlOf('platform', urls)).toBe('sqlite:/data/films/movieverse.sqlite')
  expect(databaseUrlOf('web', urls)).toBe('sqlite:/data/films/web.sqlite')
  expect(databaseUrlOf('edge', { DATABASE_URL: 'sqlite:movieverse.sqlite' })).toBe('sqlite:edge.sqlite')
})

test('on MySQL they share the platform’s database', () => {
  const urls = { DATABASE_URL: 'mysql://root@db:3306/movieverse' }
  expect(databaseUrlOf('web', urls)).toBe(urls.DATABASE_URL)
  expect(databaseUrlOf('edge', urls)).toBe(urls.DATABASE_URL)
})

test('a given URL wins', () => {
  const urls = { DATABASE_URL: 'mysql://a@db/x', WEB_DATABASE_URL: 'sqlite:w', EDGE_DATABASE_URL: 'mysql://e@db/y' }
  expect(databaseUrlOf('web', urls)).toBe('sqlite:w')
  expect(databaseUrlOf('edge', urls)).toBe('mysql://e@db/y')
  expect(databaseUrlOf('platform', urls)).toBe('mysql://a@db/x')
})
