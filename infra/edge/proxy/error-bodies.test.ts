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
  ['TEXT/Plain', 'application/json; charset=utf-8'],
  ['text/*', 'text/plain; charset=utf-8'],
  ['application/*', 'application/json; charset=utf-8'],
  ['image/png, text/html;q=0.9', 'application/json; charset=utf-8'],
  ['text/plain;q=0.5, text/html;q=0.5', 'text/plain; charset=utf-8'],
  ['text/html;q=0', 'application/json; charset=utf-8'],
  ['text/plain; level=1; Q=0.3, application/xml;q=0.4', 'application/xml; charset=utf-8'],
  ['text/html;v=1;q=0.1, application/xml;q=0.9', 'text/html; charset=utf-8'],
  ['html, text/plain;q=nonsense', 'text/plain; charset=utf-8'],
  ['application/grpc', undefined],
])('who accepts %s gets %s', (accept, type) => {
  expect(errorBody('Nothing', id, accept).type).toBe(type)
})

test('JSON stands on four lines, as Kong writes it', () => {
  expect(errorBody('No "x"', id, undefined).text).toBe(`{\n  "message":"No \\"x\\"",\n  "request_id":"${id}"\n}`)
})

test('markup of a message is text', () => {
  expect(errorBody('<b>', id, 'text/html').text).toContain('<p>&lt;b&gt;.</p>')
})
