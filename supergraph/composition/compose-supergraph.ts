import {
  composeServices,
  compositionHasErrors,
  transformSupergraphToPublicSchema,
} from '@theguild/federation-composition'
import { Kind, parse, print, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql'
import { withoutInterfaceFragments } from './interface-fragments.ts'
import { withWidestTypes } from './widest-types.ts'

/** One subgraph as composition sees it. */
export interface SubgraphDefinition {
  readonly name: string
  readonly url: string
  readonly sdl: string
}

/** The composed schema twice: with routing directives for the planner, and as clients see it. */
export interface ComposedSchema {
  readonly supergraphSdl: string
  readonly apiSdl: string
}

/** Directives of the composed schema that limits read off the API schema. */
const keptDirectives = new Set(['cost', 'listSize'])

/** Composes subgraphs. Throws an Error that lists every composition error, one a line. */
export function composeSupergraph(subgraphs: readonly SubgraphDefinition[]): ComposedSchema {
  const parsed = subgraphs.map(({ name, url, sdl }) => {
    const document = withoutInterfaceFragments(parse(sdl, { noLocation: true }))
    return { name, url, document }
  })
  const result = composeServices(parsed.map(({ name, url, document }) => ({ name, url, typeDefs: document })))
  if (compositionHasErrors(result)) {
    throw new Error(`the subgraphs do not compose:\n${result.errors.map(({ message }) => `- ${message}`).join('\n')}`)
  }
  const composed = parse(result.supergraphSdl, { noLocation: true })
  const supergraph = withWidestTypes(composed, parsed)
  const supergraphSdl = supergraph === composed ? result.supergraphSdl.trim() : print(supergraph)
  return { supergraphSdl: `${supergraphSdl}\n`, apiSdl: apiOf(supergraph) }
}

/**
 * The composed schema of a supergraph SDL that was composed elsewhere. Throws a GraphQLError where it does not parse.
 */
export function composedFromSupergraph(supergraphSdl: string): ComposedSchema {
  return { supergraphSdl, apiSdl: apiOf(parse(supergraphSdl, { noLocation: true })) }
}

function apiOf(supergraph: DocumentNode): string {
  const api = withoutHiddenMembers(transformSupergraphToPublicSchema(supergraph))
  return `${print(withDirectives(api, supergraph))}\n`
}

/** Takes members that are not in an API schema off its unions, which @theguild/federation-composition 0.27 leaves there. */
function withoutHiddenMembers(api: DocumentNode): DocumentNode {
  const known = new Set(api.definitions.map((node) => ('name' in node ? node.name?.value : undefined)))
  return visit(api, {
    [Kind.UNION_TYPE_DEFINITION]: (union) => ({
      ...union,
      types: union.types?.filter(({ name }) => known.has(name.value)),
    }),
  })
}

/** Puts the kept directives of the supergraph's fields back on the API schema, with their definitions. */
function withDirectives(api: DocumentNode, supergraph: DocumentNode): DocumentNode {
  const byField = new Map<string, ConstDirectiveNode[]>()
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue
    for (const field of definition.fields ?? []) {
      const kept = (field.directives ?? []).filter(({ name }) => keptDirectives.has(name.value))
      if (kept.length > 0) byField.set(`${definition.name.value}.${field.name.value}`, kept)
    }
  }
  if (byField.size === 0) return api
  const definitions = supergraph.definitions.filter(
    (node) => node.kind === Kind.DIRECTIVE_DEFINITION && keptDirectives.has(node.name.value),
  )
  let typeName = ''
  const enter = ({ name }: { readonly name: { readonly value: string } }): void => {
    typeName = name.value
  }
  const marked: DocumentNode = visit(api, {
    [Kind.OBJECT_TYPE_DEFINITION]: { enter },
    [Kind.INTERFACE_TYPE_DEFINITION]: { enter },
    [Kind.FIELD_DEFINITION]: (field) => {
      const kept = byField.get(`${typeName}.${field.name.value}`)
      return kept && { ...field, directives: [...(field.directives ?? []), ...kept] }
    },
  })
  return { ...marked, definitions: [...definitions, ...marked.definitions] }
}
