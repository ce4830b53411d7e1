import { findRegion, regions } from '@movieverse/regions/regions.ts'
import { PublicError } from '@movieverse/service/errors.ts'
import type { RecommendationsContext } from '../context.ts'

const codes = regions.map(({ code }) => code).join(', ')

/**
 * The region that a list is for: the argument, else the X-Region header, else the profile of the one who asks. Throws
 * REGION_REQUIRED, which names the ways, where none says so: never a silent default.
 */
export async function regionFor(
  argument: string | null | undefined,
  { regionHeader, audience, identity }: RecommendationsContext,
): Promise<string> {
  if (argument) return argument
  if (regionHeader !== undefined) {
    const region = findRegion(regionHeader)
    if (region) return region.code
    throw new PublicError('UNKNOWN_REGION', `X-Region must be one of ${codes}`, { field: 'X-Region' })
  }
  const mayAsk = identity.userId !== null && identity.scopes.includes('viewer:read')
  const code = mayAsk ? (await audience.viewer())?.regionCode : null
  if (code) return code
  throw new PublicError(
    'REGION_REQUIRED',
    `Say which region: the argument region, the header X-Region, or the region of the viewer's profile; one of ${codes}`,
    { field: 'region' },
  )
}
