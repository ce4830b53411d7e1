import { readFile } from 'node:fs/promises'
import type { ReferenceData } from './reference-writer.ts'

/** Other names under which sources know a code. */
interface Aliased {
  readonly aliases?: readonly string[]
}

/** The reference data of seeds/ with the names that sources use. */
export interface NamedReferenceData extends ReferenceData {
  readonly countries: ReadonlyArray<ReferenceData['countries'][number] & Aliased>
  readonly languages: ReadonlyArray<ReferenceData['languages'][number] & Aliased>
  readonly genres: ReadonlyArray<ReferenceData['genres'][number] & Aliased>
}

/** Reads seeds/countries.json, languages.json and genres.json. */
export async function readReferenceData(): Promise<NamedReferenceData> {
  const [countries, languages, genres] = await Promise.all(['countries', 'languages', 'genres'].map(readSeedFile))
  return { countries, languages, genres } as NamedReferenceData // `as`: our own files; a test checks their form
}

async function readSeedFile(name: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(`../../../seeds/${name}.json`, import.meta.url), 'utf8'))
}
