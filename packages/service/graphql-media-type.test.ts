import { expect, test } from 'vitest'
import { negotiateMediaType } from './graphql-media-type.ts'

const newer = 'application/graphql-response+json'
const plain = 'application/json'

test.each([
  [undefined, plain],
  ['', plain],
  ['*/*', plain],
  ['application/*', plain],
  [plain, plain],
  [newer, newer],
  [`${newer}; charset=utf-8`, newer],
  [`${newer}, ${plain}`, newer],
  [`${plain}, ${newer}`, newer],
  [`${newer};q=0.5, ${plain}`, plain],
  [`${newer};q=0.5, */*;q=0.1`, newer],
  [`${newer};q=0, */*`, plain],
  [`${plain};q=0, ${newer}`, newer],
  ['text/html, application/xhtml+xml, */*;q=0.8', plain],
  ['text/html', null],
  [`${plain};q=0`, null],
  [`${plain};charset=latin1`, null],
])('Accept: %s is answered as %s', (accept, type) => {
  expect(negotiateMediaType(accept)).toBe(type)
})
