import { expect, test } from 'vitest'
import { errorBody } from './error-bodies.ts'

const id = 'ab'.repeat(16)

test.each([
  [undefined, 'application/json; charset=utf-8'],
  ['*/*', 'application/json; charset=utf-8'],
  ['image/png', 'application/json; charset=utf-8'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html; charset=utf-8'],
  ['text/html;q=0.2, application/json;q=0.9', 'application/json; charset=utf-8'],
  ['application/xml', 'application/xml; charset=utf-8'],
  ['TEXT/Plain', 'text/plain; charset=utf-8'],
  ['application/grpc', 'application/grpc'],
])('who accepts %s gets %s', (accept, type) => {
  expect(errorBody('Nothing', id, accept).type).toBe(type)
})

test('JSON stands on four lines, as Kong writes it', () => {
  expect(errorBody('No "x"', id, undefined).text).toBe(`{\n  "message":"No \\"x\\"",\n  "request_id":"${id}"\n}`)
})

test('markup of a message is text', () => {
  expect(errorBody('<b>', id, 'text/html').text).toContain('<p>&lt;b&gt;.</p>')
})
