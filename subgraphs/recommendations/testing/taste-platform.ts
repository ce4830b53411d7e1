import { migrate } from '@movieverse/service/migrations.ts'
import { writeReferenceData } from '@movieverse/titles/reference/reference-writer.ts'
import { syncRegions } from '@movieverse/titles/reference/regions-writer.ts'
import { inWriteTransaction } from '@movieverse/titles/writing/bulk-rows.ts'
import { writeTitles, type TitleInput } from '@movieverse/titles/writing/title-writer.ts'
import { ensureViewers, putHiddenTitles, putHistoryEntries, putRatings } from '@movieverse/viewers/feedback-writer.ts'
import type { Knex } from 'knex'
import { seededRandom } from '../model/seeded-random.ts'

const countries = { GB: 'UK', IN: 'India', US: 'USA' }
const languages = { en: 'English', hi: 'Hindi', fr: 'French' }
const genres = {
  comedy: 'Comedy',
  drama: 'Drama',
  family: 'Family',
  horror: 'Horror',
  romance: 'Romance',
  'sci-fi': 'Sci-Fi',
}
const genreCodes = Object.keys(genres)

/** When the titles became available, the feedback was given, and requests are made after. */
export const writtenAt = new Date('2026-09-01T00:00:00Z')
const ratedFrom = Date.parse('2026-09-10T00:00:00Z')

/** How many titles and viewers there are. */
export const titleCount = 420
export const viewerCount = 120

/** The user id of a viewer, from 0. */
export function userOf(viewer: number): string {
  return `viewer-${viewer}`
}

/**
 * A migrated database with 420 titles over three regions and 120 viewers who like one genre each: they rate and watch
 * some of it, and hide a few. The last titles are new: nobody has met them.
 */
export async function writeTastePlatform(db: Knex): Promise<void> {
  await migrate(db)
  await writeReferenceData(db, {
    countries: coded(countries).map((country) => ({ ...country, standard: 'ISO 3166-1' })),
    languages: coded(languages),
    genres: coded(genres),
  })
  await syncRegions(db, writtenAt)
  const titles = Array.from({ length: titleCount }, (_, index) => titleAt(index))
  for (let from = 0; from < titleCount; from += 105) {
    await inWriteTransaction(db, (trx) => writeTitles(trx, titles.slice(from, from + 105), writtenAt))
  }
  const titleIds: number[] = await db('titles').orderBy('imdb_id').pluck('id')
  await inWriteTransaction(db, (trx) => writeFeedback(trx, titleIds))
}

function coded(names: Record<string, string>): Array<{ code: string; name: string }> {
  return Object.entries(names).map(([code, name]) => ({ code, name }))
}

/** Every title of one genre, every third of two; each of one or two countries. */
function titleAt(index: number): TitleInput {
  const [first = '', second = ''] = [genreCodes[index % 6], genreCodes[(index + 2) % 6]]
  const codes = Object.keys(countries)
  const [home = '', other = ''] = [codes[Math.floor(index / 6) % 3], codes[Math.floor(index / 6 + 1) % 3]]
  return {
    imdbId: `tt${7_000_000 + index}`,
    title: `Film ${index}`,
    releaseYear: 1960 + (index % 60),
    runtimeMinutes: index % 10 === 0 ? 20 : 100,
    averageRating: 5 + (index % 5),
    votes: 100 + index,
    countries: index % 5 === 0 ? [home, other] : [home],
    languages: [home === 'IN' ? 'hi' : 'en'],
    genres: index % 3 === 0 ? [first, second] : [first],
    credits: [{ person: { name: `Director ${index % 40}` }, role: 'DIRECTOR', position: 1 }],
  }
}

async function writeFeedback(trx: Knex, titleIds: readonly number[]): Promise<void> {
  const random = seededRandom(7)
  const userIds = Array.from({ length: viewerCount }, (_, viewer) => userOf(viewer))
  const ids = await ensureViewers(trx, userIds, writtenAt)
  const known = titleIds.slice(0, titleCount - 60)
  for (const [viewer, userId] of userIds.entries()) {
    const viewerId = ids.get(userId) ?? 0
    const own = known.filter((_, index) => index % 6 === viewer % 6)
    const draw = (): number => (random() < 0.85 ? own : known)[Math.floor(random() ** 1.5 * own.length)] ?? 0
    const met = [...new Set(Array.from({ length: 24 }, draw))]
    const at = (place: number): Date => new Date(ratedFrom + viewer * 3_600_000 + place * 600_000)
    const rated = met.slice(0, 14).map((titleId, place) => ({
      viewerId,
      titleId,
      stars: own.includes(titleId) ? 4 + (place % 3) / 2 : 2.5,
      ratedAt: at(place),
    }))
    const watched = met.slice(14, 20).map((titleId, place) => ({
      viewerId,
      titleId,
      progressSeconds: 600,
      progressPercent: place % 2 === 0 ? 95 : 10,
      isCompleted: place % 2 === 0,
      watchedAt: at(20 + place),
    }))
    const hidden = met.slice(20).map((titleId, place) => ({ viewerId, titleId, hiddenAt: at(30 + place) }))
    await putRatings(trx, rated)
    await putHistoryEntries(trx, watched)
    await putHiddenTitles(trx, hidden)
    await trx('viewers')
      .where({ id: viewerId })
      .update({ region_code: ['IN', 'US', 'GB'][viewer % 3] })
  }
}
