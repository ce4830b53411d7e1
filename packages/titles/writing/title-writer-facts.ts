import { createHash } from 'node:crypto'
import { fold } from '../search/folding.ts'
import type { CreditRole, TitleRow } from '../rows.ts'
import { popularityOf } from '../listing/sort-keys.ts'

/** A person as a source names them: by id at IMDb where it knows one, else by name. */
export interface PersonInput {
  readonly imdbId?: string | null | undefined
  readonly name: string
  /** `YYYY-MM-DD` */
  readonly bornOn?: string | null | undefined
}

export interface CreditInput {
  readonly person: PersonInput
  readonly role: CreditRole
  readonly position: number
}

/** A title as a source gives it; what is left out or null is unknown. Lists hold codes in source order. */
export interface TitleInput {
  readonly imdbId?: string | null | undefined
  readonly title: string
  readonly originalTitle?: string | null | undefined
  readonly releaseYear?: number | null | undefined
  /** `YYYY-MM-DD` */
  readonly publishedOn?: string | null | undefined
  readonly runtimeMinutes?: number | null | undefined
  readonly productionCompany?: string | null | undefined
  readonly grossMinor?: number | null | undefined
  readonly grossCurrency?: string | null | undefined
  readonly averageRating?: number | null | undefined
  readonly votes?: number | null | undefined
  readonly countries: readonly string[]
  readonly languages: readonly string[]
  readonly genres: readonly string[]
  readonly credits: readonly CreditInput[]
}

/** Who wrote a title last: seeds never overwrite what an import wrote. The first letter of its fingerprint says it. */
export type TitleSource = 'import' | 'seed'

/** A title input with nothing left open: unknown is null, lists hold no repetition, derived columns are there. */
export interface TitleFacts extends Omit<TitleRow, 'id'> {
  readonly countries: readonly string[]
  readonly languages: readonly string[]
  readonly genres: readonly string[]
  readonly credits: ReadonlyArray<CreditInput & { readonly personKey: string }>
  readonly fingerprint: string
}

/** Raised whenever the derived rows change their form, so that the next import writes every title anew. */
const derivation = 1
const sortTitleLength = 500

/** What a person is found by: the id at IMDb, else the folded name among people without one. */
export function personKeyOf(person: PersonInput): string {
  return person.imdbId ?? `name:${sortNameOf(person.name)}`
}

/** The folded name as stored and matched. */
export function sortNameOf(name: string): string {
  return cut(fold(name), 200)
}

/** Completes an input and takes its fingerprint: equal facts from the same kind of source give equal fingerprints. */
export function factsOf(input: TitleInput, source: TitleSource): TitleFacts {
  const averageRating = input.averageRating ?? null
  const votes = input.votes ?? null
  const facts = {
    imdbId: input.imdbId ?? null,
    title: input.title,
    sortTitle: cut(fold(input.title), sortTitleLength),
    originalTitle: input.originalTitle ?? null,
    releaseYear: input.releaseYear ?? null,
    publishedOn: input.publishedOn ?? null,
    runtimeMinutes: input.runtimeMinutes ?? null,
    productionCompany: input.productionCompany ?? null,
    grossMinor: input.grossMinor ?? null,
    grossCurrency: input.grossCurrency ?? null,
    averageRating,
    votes,
    popularity: popularityOf(averageRating, votes),
    countries: [...new Set(input.countries)],
    languages: [...new Set(input.languages)],
    genres: [...new Set(input.genres)],
    credits: distinctCredits(input.credits),
  }
  const credits = facts.credits.map(({ personKey, role, position }) => [personKey, role, position])
  const text = JSON.stringify([derivation, { ...facts, credits }])
  return { ...facts, fingerprint: source.charAt(0) + createHash('sha1').update(text).digest('hex').slice(1) }
}

/** Whether seeds wrote the title last. */
export function isSeeded(fingerprint: string | null): boolean {
  return fingerprint !== null && fingerprint.startsWith('s')
}

function distinctCredits(credits: readonly CreditInput[]): TitleFacts['credits'] {
  const byKey = new Map<string, TitleFacts['credits'][number]>()
  for (const credit of credits) {
    const personKey = personKeyOf(credit.person)
    const key = `${credit.role} ${personKey}`
    if (!byKey.has(key)) byKey.set(key, { ...credit, personKey })
  }
  return [...byKey.values()]
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : [...text].slice(0, length).join('')
}
