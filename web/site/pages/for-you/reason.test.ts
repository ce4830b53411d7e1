import { describe, expect, test } from 'vitest'
import { textsOf } from '../../messages/texts.ts'
import { reasonOf, sourceOf } from './reason.ts'

const personal = { kind: 'FOR_YOU', strategy: 'PERSONAL' } as const
const drama = { code: 'drama', name: 'Drama' }
const part = (weight: number, title: string | null): { weight: number; movie: { title: string } | null } => ({
  weight,
  movie: title === null ? null : { title },
})
const item = (...because: Array<ReturnType<typeof part>>): Parameters<typeof reasonOf>[1] => ({
  because,
  movie: { genres: [drama] },
})

describe('the reason of a recommendation', () => {
  test('is the title that speaks most for it, and none that speaks against it', () => {
    expect(reasonOf(personal, item(part(-3, 'Joker'), part(0.2, 'Lagaan'), part(0.7, 'Ankur')), [])).toEqual({
      kind: 'title',
      title: 'Ankur',
    })
    expect(reasonOf(personal, item(part(-3, 'Joker')), [])).toEqual({ kind: 'popular' })
  })

  test('is none while the catalogue does not answer what the title is called', () => {
    expect(reasonOf(personal, item(part(1, null)), [])).toEqual({ kind: 'popular' })
  })

  test('is a genre of the profile where the list rests on that', () => {
    const profile = { kind: 'FOR_YOU', strategy: 'PROFILE' } as const
    expect(reasonOf(profile, item(), [{ code: 'war', name: 'War' }, drama])).toEqual({ kind: 'genre', genre: drama })
    expect(reasonOf(profile, item(), [])).toEqual({ kind: 'popular' })
    expect(reasonOf({ kind: 'POPULAR', strategy: 'POPULAR' }, item(), [drama])).toEqual({ kind: 'popular' })
  })

  test('stands once above the row that rests on one title', () => {
    const row = { kind: 'BECAUSE_YOU_WATCHED', strategy: 'SIMILAR' } as const
    expect(reasonOf(row, item(part(1, 'Ankur')), [])).toBeNull()
    expect(sourceOf(row, [item(part(1, 'Ankur'))])).toBe('Ankur')
    expect(sourceOf(personal, [item(part(1, 'Ankur'))])).toBeNull()
  })

  test.each([
    ['en', ['Because of Ankur', 'Because you watched Ankur', 'Popular in UK']],
    ['hi', ['“Ankur” के कारण', 'क्योंकि आपने “Ankur” देखी', 'यूनाइटेड किंगडम में लोकप्रिय']],
  ] as const)('is worded in %s with the title in it', (language, expected) => {
    const { messages, region } = textsOf(language)
    const { reasons, rows } = messages.forYou
    expect([
      reasons.title('Ankur'),
      rows.BECAUSE_YOU_WATCHED({ source: 'Ankur', region: null }),
      reasons.popular(region('GB')),
    ]).toEqual(expected)
  })
})
