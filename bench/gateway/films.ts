/** A film as the fixture subgraphs know it; each of them serves a part. */
export interface Film {
  readonly [field: string]: unknown
  readonly id: string
  readonly title: string
  readonly releaseYear: number
  readonly runtimeMinutes: number
  readonly averageRating: number
  readonly votes: number
  readonly rating: number | null
  readonly onWatchlist: boolean
  readonly seen: boolean
  readonly score: number
  readonly reason: string
}

const words = ['Silver', 'Midnight', 'Monsoon', 'Harbour', 'Paper', 'Second', 'Quiet', 'Northern', 'Borrowed', 'Glass']
const things = ['River', 'Letters', 'Crossing', 'Daughter', 'Station', 'Garden', 'Witness', 'Summer']

/** The films of every fixture, by position; the same in each process. */
export const films: readonly Film[] = Array.from({ length: 400 }, (_, index) => ({
  id: `tt${String(1_000_000 + index * 7)}`,
  title: `The ${pick(words, index)} ${pick(things, index * 3)} ${index}`,
  releaseYear: 1950 + (index % 75),
  runtimeMinutes: 80 + ((index * 13) % 90),
  averageRating: 4 + ((index * 7) % 60) / 10,
  votes: 100 + ((index * 7919) % 90_000),
  rating: index % 3 === 0 ? null : 1 + (index % 10),
  onWatchlist: index % 4 === 0,
  seen: index % 5 === 0,
  score: ((index * 37) % 1000) / 1000,
  reason: `Because you watched The ${pick(words, index + 5)} ${pick(things, index + 2)}`,
}))

const byId = new Map(films.map((film) => [film.id, film]))

export function findFilm(id: unknown): Film | undefined {
  return typeof id === 'string' ? byId.get(id) : undefined
}

/** A page of films by position; it starts over at the end. */
export function pageOf({ first, after }: { readonly first: number; readonly after: number }): Film[] {
  return Array.from({ length: first }, (_, index) => pick(films, after + index))
}

/** Films like another one: its neighbours, by position. */
export function similarTo(id: string, first: number): Film[] {
  return pageOf({ first, after: films.findIndex((film) => film.id === id) + 1 })
}

function pick<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length]
  if (item === undefined) throw new RangeError('picked from an empty list')
  return item
}
