import { expect, test } from 'vitest'
import { createSeal } from './sealed.ts'

const seal = createSeal('a secret', 'tokens')

test('a sealed text is read again, and says nothing before', () => {
  const sealed = seal.close('access and refresh', 'session')
  expect(sealed).not.toContain('access')
  expect(seal.open(sealed, 'session')).toBe('access and refresh')
  expect(seal.close('access and refresh', 'session')).not.toBe(sealed)
})

test.each([
  ['of another session', (sealed: string) => seal.open(sealed, 'another')],
  ['with another secret', (sealed: string) => createSeal('other', 'tokens').open(sealed, 'session')],
  ['for another purpose', (sealed: string) => createSeal('a secret', 'other').open(sealed, 'session')],
  ['cut off', (sealed: string) => seal.open(sealed.slice(0, -4), 'session')],
  ['changed', (sealed: string) => seal.open(`A${sealed.slice(1)}B`, 'session')],
  ['empty', () => seal.open('', 'session')],
])('a text %s is not read', (_what, open) => {
  expect(open(seal.close('text', 'session'))).toBeNull()
})
