// A process that adds and removes titles of its own until it is stopped: `node restless-writer.ts <database URL>`.
// Their ids at IMDb are longer than any that is in use.
import { setTimeout as wait } from 'node:timers/promises'
import { createDatabase } from '@movieverse/service/database.ts'
import { inWriteTransaction } from '@movieverse/titles/writing/bulk-rows.ts'
import { writeTitles, type TitleInput } from '@movieverse/titles/writing/title-writer.ts'

const db = createDatabase(process.argv[2] ?? '')
const letters = 'abcdefghijklmnopqrstuvwxyz'
for (let round = 0; ; round++) {
  const titles = titlesOf(round)
  await inWriteTransaction(db, (trx) => writeTitles(trx, titles, new Date()))
  const leaving = titlesOf(round - 20).map(({ imdbId }) => imdbId ?? '')
  await inWriteTransaction(db, (trx) => trx('titles').whereIn('imdb_id', leaving).delete())
  if (round === 0) console.log('writing')
  await wait(5)
}

function titlesOf(round: number): TitleInput[] {
  return Array.from({ length: round < 0 ? 0 : 5 }, (_, index) => titleOf(round * 5 + index))
}

function titleOf(number: number): TitleInput {
  const letter = letters[(number * 7) % letters.length] ?? 'a'
  return {
    imdbId: `tt${9_000_000_000 + number}`,
    title: `${letter}${letters[number % letters.length]} visitor ${number}`,
    releaseYear: 2000,
    countries: [],
    languages: [],
    genres: [],
    credits: [],
  }
}
