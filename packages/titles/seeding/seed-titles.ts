import { readFile } from 'node:fs/promises'
import type { TitleInput } from '../writing/title-writer.ts'

/** One line of seeds/titles.jsonl: a title with the names of its people in billing order; what is unknown is missing. */
interface SeedTitle extends Partial<Omit<TitleInput, 'credits'>> {
  readonly title: string
  readonly countries: readonly string[]
  readonly directors?: readonly string[]
  readonly cast?: readonly string[]
}

/**
 * Reads seeds/titles.jsonl. Its people have no id at IMDb: they are found again by name among people without one, so
 * two namesakes would be one person. Everybody of the cast is an ACTOR, since the file does not tell actresses apart.
 */
export async function readSeedTitles(): Promise<TitleInput[]> {
  const text = await readFile(new URL('../../../seeds/titles.jsonl', import.meta.url), 'utf8')
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line) => inputOf(JSON.parse(line) as SeedTitle)) // `as`: our own file; seeds.test.ts checks its form
}

function inputOf({ directors = [], cast = [], ...facts }: SeedTitle): TitleInput {
  return {
    languages: [],
    genres: [],
    ...facts,
    credits: [
      ...directors.map((name, position) => ({ person: { name }, role: 'DIRECTOR' as const, position })),
      ...cast.map((name, position) => ({ person: { name }, role: 'ACTOR' as const, position })),
    ],
  }
}
