/** Why a new password is refused. */
export type PasswordProblem = 'tooShort' | 'tooLong' | 'tooEasy'

/** What NIST SP 800-63B-4 asks where the password is the only factor. */
export const minPasswordLength = 15

/** Longer than any pass phrase; the form that carries it has a limit anyway. */
export const maxPasswordLength = 200

/**
 * What is wrong with a new password, or null. As NIST SP 800-63B-4 has it, length counts and no mixture of character
 * classes is asked for; refused is what guessers try first: common words, sequences, repetitions, and what is known of
 * the account. `personal` holds the account's address and name.
 */
export function passwordProblemOf(password: string, personal: readonly string[]): PasswordProblem | null {
  const { length } = [...password.normalize('NFKC')]
  if (length < minPasswordLength) return 'tooShort'
  if (length > maxPasswordLength) return 'tooLong'
  return isEasy(password, personal) ? 'tooEasy' : null
}

/** So many characters must be left when everything guessable is taken away. */
const minUnguessable = 6
const minDistinct = 5

const commonWords = (
  'password passwort passphrase letmein welcome iloveyou admin administrator login monkey dragon football baseball ' +
  'cricket superman batman sunshine princess shadow master secret trustno whatever starwars hello freedom test changeme ' +
  'default computer internet samsung google facebook movieverse movie movies film cinema bollywood hollywood ' +
  'india bharat user guest root qwerty azerty abc'
).split(' ')

const sequences = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1qaz2wsx3edc4rfv',
]

function isEasy(password: string, personal: readonly string[]): boolean {
  const text = password.normalize('NFKC').toLowerCase()
  if (new Set(text).size < minDistinct || /^(.+?)\1+$/u.test(text)) return true
  const known = [...personal.flatMap(wordsOf), ...commonWords].toSorted((a, b) => b.length - a.length)
  const rest = withoutWords(unleet(withoutSequences(withoutWords(text, known))), known)
  return new Set(rest.replace(/[\p{P}\p{Z}]/gu, '')).size < minUnguessable
}

function withoutWords(text: string, words: readonly string[]): string {
  return words.reduce((rest, word) => rest.replaceAll(word, ' '), text)
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word.length >= 3)
}

const letters: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
}

/** `p4ssw0rd` as `password`, where a letter stands beside the digit; figures alone stay figures. */
function unleet(text: string): string {
  return text.replace(/(?<=\p{L})[013457@$]|[013457@$](?=\p{L})/gu, (digit) => letters[digit] ?? digit)
}

/** The text without runs of four or more characters that follow each other on a keyboard, in the alphabet or in time. */
function withoutSequences(text: string): string {
  const runs = sequences.flatMap((sequence) => [sequence, [...sequence].toReversed().join('')])
  let rest = text.replace(/(?:19|20)\d\d/g, ' ')
  for (const run of runs)
    for (let size = run.length; size >= 4; size--)
      for (let start = 0; start + size <= run.length; start++)
        rest = rest.replaceAll(run.slice(start, start + size), ' ')
  return rest.replace(/(.)\1{2,}/gu, ' ')
}
