import fc from 'fast-check'
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

const quoted = (name: string): string => `"${name}"`
const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/)
/** A member's name with some of its letters as escape sequences. */
const spelt = (name: string): fc.Arbitrary<string> =>
  fc
    .tuple(...[...name].map((letter) => fc.constantFrom(letter, escaped(letter), escaped(letter).toUpperCase())))
    .map((letters) => quoted(letters.join('').replaceAll('\\U', '\\u')))
const escaped = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
const value = fc
  .constantFrom({}, { b: {} }, [], [{ message: 'the password is 1234' }], null, 'x', { c: { d: 1 } })
  .map((each) => JSON.stringify(each))
const member = (name: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(space, name, space, space, value, space).map(([a, key, b, c, held, d]) => `${a}${key}${b}:${c}${held}${d}`)

test.each(['errors', 'extensions'])(
  '%s never pass, whatever stands before and behind them, however they are spaced and spelt',
  (name) => {
    const unknown = fc.array(member(fc.constantFrom('debug', 'hasNext', 'data', '').map(quoted)), { maxLength: 2 })
    fc.assert(
      fc.property(unknown, member(spelt(name)), unknown, (before, hidden, behind) => {
        const others = [...before, hidden, ...behind].join(',')
        const data = '"data":{"a":{"b":"Łódź"}}'
        for (const text of [`{${data},${others}}`, `{${others},${data}}`, `{${data},${others},"z":{}}`]) {
          expect(JSON.parse(text)).toHaveProperty(name)
          expect(isPassable(Buffer.from(text)), text).toBe(false)
        }
      }),
    )
  },
)

test('escape sequences that stand for no letter pass, as a title with a quotation mark has them', () => {
  expect(isPassable(Buffer.from('{"data":{"a":"\\"M\\u00e9m\\u00f3ire\\"\\u0007\\n"}}'))).toBe(true)
})
