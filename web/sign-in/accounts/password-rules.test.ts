import { describe, expect, test } from 'vitest'
import { passwordProblemOf } from './password-rules.ts'

const problem = (password: string) => passwordProblemOf(password, ['asha.verma@example.com', 'Asha Verma'])

describe('a new password', () => {
  test.each([
    'correct horse battery staple',
    'development-password',
    'gulmohar ke neeche chai',
    'नदी किनारे पुराना पेड़ खड़ा',
    'xT9!qL2#vB7&mN4',
    'thirteen ducks waddle home',
    'ασφαλής κωδικός εδώ',
    '🦊🐘🌵🎈🍉🧭🎻🪁🧊🐙🍋🚲🌙🧵🥁',
  ])('%s may be taken', (password) => {
    expect(problem(password)).toBe(null)
  })

  test.each(['', 'short', 'x!K9#mQ2$vL7&p', '🦊🐘🌵'])('%j is too short', (password) => {
    expect(problem(password)).toBe('tooShort')
  })

  test('length is counted in characters, not in bytes or code units', () => {
    expect(problem('🦊a🐘b🌵c🎈d🍉e🧭f🎻g')).toBe('tooShort')
    expect(problem('🦊a🐘b🌵c🎈d🍉e🧭f🎻gh')).toBe(null)
    expect(problem('x!K9#mQ2$vL7&pz '.repeat(13))).toBe('tooLong')
  })

  test.each([
    'aaaaaaaaaaaaaaaa',
    'abababababababab',
    'passwordpassword',
    'Password12345678',
    'P4ssw0rd!P4ssw0rd?',
    '1234567890123456',
    'qwertyuiopasdfgh',
    '1qaz2wsx3edc4rfv',
    'zyxwvutsrqponmlk',
    'movieverse2026!!',
    'iloveyou-movies-2024',
    'asha.verma@example.com',
    'AshaVermaAsha1234',
    'ashaverma20061999',
    '               ',
  ])('%j is what guessers try first', (password) => {
    expect(problem(password)).toBe('tooEasy')
  })

  test('a long one is judged in no time', () => {
    const start = performance.now()
    problem('ab'.repeat(99) + 'c')
    expect(performance.now() - start).toBeLessThan(50)
  })
})
