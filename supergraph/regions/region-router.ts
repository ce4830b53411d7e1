import { Kind, type ArgumentNode, type ValueNode } from 'graphql'
import { findRegion, regions, type Region } from '@movieverse/regions/regions.ts'
import { PublicError } from '@movieverse/service/errors.ts'
import type { Router } from '../planner/operation-plans.ts'
import type { WantedField } from '../planner/wanted.ts'
import type { ProfileRegion } from './profile-region.ts'

/** What a request says about regions. */
export interface RegionRequest {
  /** The X-Region header: the client's choice for fields that name no region. */
  readonly header: string | undefined
  /** What the profile of the one who asks says; undefined where nobody has one, or it was not needed. */
  readonly profile?: ProfileRegion | undefined
  readonly variables: Readonly<Record<string, unknown>>
}

const codes = regions.map(({ code }) => code).join(', ')
const ways = `Say which region: region(code: ${regions[0]?.code ?? ''}), the header X-Region, or the region of the profile of the viewer who is signed in; one of ${codes}`

/**
 * Sends `region` to the service of the region that it names, always with an explicit code: the argument, else the
 * X-Region header, else the viewer's profile, else the field is refused with REGION_REQUIRED. UNKNOWN_REGION where there is
 * no such region.
 */
export function createRegionRouter(request: RegionRequest): Router {
  return (field) => {
    if (field.name !== 'region') return undefined
    const region = regionOf(field, request)
    const code: ArgumentNode = {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: 'code' },
      value: { kind: Kind.STRING, value: region.code },
    }
    const others = field.arguments.filter(({ name }) => name.value !== 'code')
    return { field: { ...field, arguments: [code, ...others] }, subgraphs: new Set([region.slug]), route: region.code }
  }
}

function regionOf(field: WantedField, { header, profile, variables }: RegionRequest): Region {
  const argument = field.arguments.find(({ name }) => name.value === 'code')
  const named = argument && valueOf(argument.value, variables)
  if (named !== undefined && named !== null) return known(named, 'code')
  if (header !== undefined && header !== '') return known(header, 'X-Region')
  if (profile && profile !== 'failed' && profile.code !== null) return known(profile.code, 'the region of your profile')
  const trouble = profile === 'failed' ? 'The region of your profile cannot be read now. ' : ''
  throw new PublicError('REGION_REQUIRED', `${trouble}${ways}`, { field: 'code' })
}

function known(code: unknown, field: string): Region {
  const region = typeof code === 'string' ? findRegion(code) : undefined
  if (!region) throw new PublicError('UNKNOWN_REGION', `${field} must be one of ${codes}`, { field })
  return region
}

/** A scalar's literal may be written as a text or as a bare name. */
function valueOf(node: ValueNode, variables: RegionRequest['variables']): unknown {
  if (node.kind === Kind.VARIABLE) return variables[node.name.value]
  if (node.kind === Kind.NULL) return null
  return node.kind === Kind.STRING || node.kind === Kind.ENUM ? node.value : false
}
