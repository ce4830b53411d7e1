import type { FastifyRequest } from 'fastify'
import { parse } from 'graphql'
import { identityOf } from '@movieverse/service/identity.ts'
import type { ComposedSchema } from './composition/compose-supergraph.ts'
import type { SupergraphConfig } from './config.ts'
import { parseRoutingFacts, type RoutingFacts } from './planner/routing-facts.ts'
import { grantOf, refusalOf, requirementsOf, type Grant } from './scopes/requirements.ts'
import { createScopes, type Scopes } from './scopes/scopes.ts'
import { subgraphAddresses, type SubgraphAddress } from './services/subgraph-addresses.ts'
import type { CachedSchema } from './trusted-documents/answer-caching.ts'
import { cacheHintsOf } from './trusted-documents/cache-policy.ts'

/** What follows from a composed schema, besides plans: where its subgraphs are, who may see what, how long it keeps. */
export interface SchemaParts extends CachedSchema {
  readonly facts: RoutingFacts
  readonly addresses: readonly SubgraphAddress[]
  readonly scopes: Scopes
  /** Whether the one who asks has a profile, and may have it read. */
  readonly mayReadProfile: (request: FastifyRequest) => boolean
}

/** Throws a GraphQLError where it is no composed schema. */
export function schemaPartsOf({ supergraphSdl }: ComposedSchema, config: SupergraphConfig): SchemaParts {
  const facts = parseRoutingFacts(supergraphSdl)
  const supergraph = parse(supergraphSdl, { noLocation: true })
  const requirements = requirementsOf(supergraph)
  const grant = (request: FastifyRequest): Grant => grantOf(identityOf(request, config))
  const ofProfile = [...requirements.of('Query', 'viewer'), ...requirements.of('Viewer', 'profile')]
  return {
    facts,
    addresses: subgraphAddresses(facts, config.SUBGRAPH_URLS),
    scopes: createScopes(requirements, grant),
    mayReadProfile: (request) => {
      const own = grant(request)
      return own.isSignedIn && ofProfile.length > 0 && !refusalOf(ofProfile, own)
    },
    hints: cacheHintsOf(supergraph),
    isViewers: (typeName, fieldName) => requirements.of(typeName, fieldName).length > 0,
  }
}
