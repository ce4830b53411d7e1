import { Kind, parse } from 'graphql'

/** Directives of Federation 2 that @mercuriusjs/federation, made for Federation 1, does not define itself. */
const definitions: Readonly<Record<string, string>> = {
  composeDirective: 'directive @composeDirective(name: String!) repeatable on SCHEMA',
  shareable: 'directive @shareable repeatable on OBJECT | FIELD_DEFINITION',
  inaccessible:
    'directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION',
  override: 'directive @override(from: String!, label: String) on FIELD_DEFINITION',
  tag: 'directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION',
  interfaceObject: 'directive @interfaceObject on OBJECT',
  authenticated: 'directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM',
  requiresScopes:
    'directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM',
  cost: 'directive @cost(weight: String!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR',
  listSize:
    'directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION',
}

/**
 * The SDL with a definition for each directive of Federation 2 that it may use and does not define, so that graphql can
 * build and validate an executable schema from it, `extend type` included. The supergraph never sees this text:
 * `_service { sdl }` answers with the original.
 */
export function withFederationDirectives(sdl: string): string {
  const defined = new Set(
    parse(sdl).definitions.flatMap((node) => (node.kind === Kind.DIRECTIVE_DEFINITION ? [node.name.value] : [])),
  )
  const missing = Object.entries(definitions).filter(([name]) => !defined.has(name) && sdl.includes(`@${name}`))
  return [sdl, ...missing.map(([, definition]) => definition)].join('\n')
}
