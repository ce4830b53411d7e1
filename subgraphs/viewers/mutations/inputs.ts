import { badUserInput } from '@movieverse/service/errors.ts'
import { fromGlobalId } from '@movieverse/titles/global-id.ts'
import type { ProfileChange } from '@movieverse/viewers/profile-changes.ts'
import type { NewProgress } from '@movieverse/viewers/progress-changes.ts'
import type { TitleRef } from '@movieverse/viewers/viewer-changes.ts'
import type { RecordProgressInput, UpdateProfileInput } from '../generated/resolvers.ts'

const keyPattern = /^[\x21-\x7e]{1,100}$/

/** The key of a mutation, null where it has none. Throws BAD_USER_INPUT where it is none that can be kept. */
export function keyOf({ idempotencyKey }: { readonly idempotencyKey?: string | null }): string | null {
  if (idempotencyKey === null || idempotencyKey === undefined) return null
  if (keyPattern.test(idempotencyKey)) return idempotencyKey
  throw badUserInput('input.idempotencyKey', 'must be 1 to 100 visible ASCII characters')
}

/** The row of the title that an id names; whatever names no title is no title. */
export function titleOf({ movieId }: { readonly movieId: string }): TitleRef {
  const named = fromGlobalId(movieId)
  return named?.type === 'Movie' ? named.id : null
}

export function progressOf(input: RecordProgressInput): NewProgress {
  return {
    seconds: input.progressSeconds ?? null,
    percent: input.progressPercent ?? null,
    isCompleted: input.completed ?? null,
    watchedAt: typeof input.watchedAt === 'string' ? new Date(input.watchedAt) : null,
  }
}

/** What is given changes: null clears, what is missing stays. */
export function profileChangeOf(input: UpdateProfileInput): ProfileChange {
  const { displayName, region, maturity, languages, favouriteGenres, services } = input
  return {
    ...(displayName !== undefined && { displayName }),
    ...(region !== undefined && { regionCode: region }),
    ...(maturity !== undefined && { maturity: maturity ?? 'ADULT' }),
    ...(languages !== undefined && { languages: languages ?? [] }),
    ...(favouriteGenres !== undefined && { genres: favouriteGenres ?? [] }),
    ...(services !== undefined && { services: services ?? [] }),
  }
}
