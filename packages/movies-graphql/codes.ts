import { PublicError } from '@movieverse/service/errors.ts'
import { findRegion, regions, type Region } from '@movieverse/regions/regions.ts'

/** No code is longer; anything longer is refused unread. */
const maxLength = 8

/** The region that a code or alias names, in any case. Throws UNKNOWN_REGION, which names the known ones. */
export function regionOf(code: string): Region {
  const region = code.length <= maxLength ? findRegion(code) : undefined
  if (region) return region
  const known = regions.map((one) => [one.code, ...(one.aliases ?? [])].join(' or '))
  throw new PublicError('UNKNOWN_REGION', `this region is not known; known regions: ${known.join(', ')}`)
}

/** The stored code of a region: `GB` for `GB`, `UK` or `uk`. Throws like regionOf. */
export function parseRegionCode(text: string): string {
  return regionOf(text).code
}

/** An ISO 3166-1 or 3166-3 code in capitals. Throws BAD_USER_INPUT where it cannot be one. */
export function parseCountryCode(text: string): string {
  if (text.length <= maxLength && /^[a-z]{2,4}$/i.test(text)) return text.toUpperCase()
  throw new PublicError('BAD_USER_INPUT', 'this is not a country code: two letters of ISO 3166-1 or four of ISO 3166-3')
}

/** An ISO 639 code in small letters. Throws BAD_USER_INPUT where it cannot be one. */
export function parseLanguageCode(text: string): string {
  if (text.length <= maxLength && /^[a-z]{2,3}$/i.test(text)) return text.toLowerCase()
  throw new PublicError('BAD_USER_INPUT', 'this is not a language code: two or three letters of ISO 639')
}
