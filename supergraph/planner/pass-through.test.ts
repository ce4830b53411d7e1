import { expect, test } from 'vitest'
import { isPassable } from './pass-through.ts'

test.each([
  [true, '{"data":{"a":1}}'],
  [true, '{"data":{"a":{"b":"Łódź"}}}'],
  [false, '{"data":{"a":1},"errors":[{"message":"no"}]}'],
  [false, '{"errors":[{"message":"no"}],"data":{"a":{}}}'],
  [false, '{"data":{"a":{}},"extensions":{"b":{}}}'],
  [false, '{"data":{"a":"says \\"errors\\""}} '],
  [false, '{"data":null}'],
  [false, '{ "data": {"a":{}}}'],
  [false, '<html>}}'],
  [false, ''],
])('passable: %s for %s', (expected, text) => {
  expect(isPassable(Buffer.from(text))).toBe(expected)
})

test('bytes that are no UTF-8 are not a client’s JSON', () => {
  expect(isPassable(Buffer.from('{"data":{"a":"\xff"}}', 'latin1'))).toBe(false)
})
