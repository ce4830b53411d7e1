import { Kind, TypeInfo, visit, visitWithTypeInfo, type ASTNode, type DocumentNode, type GraphQLSchema } from 'graphql'

/** What `@cacheControl` says of a field or a type. */
export interface CacheHint {
  /** Seconds. */
  readonly maxAge: number | undefined
  readonly isPrivate: boolean
}

/** Hints by `Type` and `Type.field`. */
export type CacheHints = ReadonlyMap<string, CacheHint>

/** Reads the hints off a composed schema. */
export function cacheHintsOf(supergraph: DocumentNode): CacheHints {
  const hints = new Map<string, CacheHint>()
  let typeName = ''
  const note = (name: string, node: ASTNode): void => {
    const hint = hintOf(node)
    if (hint) hints.set(name, hint)
  }
  const enter = (node: ASTNode & { readonly name: { readonly value: string } }): void => {
    typeName = node.name.value
    note(typeName, node)
  }
  visit(supergraph, {
    [Kind.OBJECT_TYPE_DEFINITION]: { enter },
    [Kind.INTERFACE_TYPE_DEFINITION]: { enter },
    [Kind.UNION_TYPE_DEFINITION]: { enter },
    [Kind.FIELD_DEFINITION]: (node) => note(`${typeName}.${node.name.value}`, node),
  })
  return hints
}

function hintOf(node: ASTNode): CacheHint | undefined {
  const directives = 'directives' in node ? (node.directives ?? []) : []
  const directive = directives.find(({ name }) => name.value === 'cacheControl')
  if (!directive) return undefined
  const valueOf = (name: string): string | undefined => {
    const value = directive.arguments?.find((argument) => argument.name.value === name)?.value
    return value?.kind === Kind.INT || value?.kind === Kind.ENUM ? value.value : undefined
  }
  const maxAge = valueOf('maxAge')
  return { maxAge: maxAge === undefined ? undefined : Number(maxAge), isPrivate: valueOf('scope') === 'PRIVATE' }
}

/**
 * The Cache-Control of an answer to a valid document: the least maxAge of its fields, for the viewer alone once one of
 * them is private; `no-store` unless every root field has a limit of its own or by its type. Below, fields without one
 * share their parent's.
 */
export function cacheControlOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  hints: CacheHints,
  isViewers: (typeName: string, fieldName: string) => boolean,
): string {
  const types = new TypeInfo(schema)
  const roots = new Set<unknown>([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
  let maxAge = Infinity
  let isPrivate = false
  visit(
    document,
    visitWithTypeInfo(types, {
      [Kind.FIELD]: ({ name }) => {
        const parent = types.getParentType()
        if (!parent || name.value.startsWith('__')) return
        const field = hints.get(`${parent.name}.${name.value}`)
        const type = hints.get(namedTypeOf(types) ?? '')
        const limit = field?.maxAge ?? type?.maxAge ?? (roots.has(parent) ? 0 : Infinity)
        maxAge = Math.min(maxAge, limit)
        isPrivate ||= Boolean(field?.isPrivate) || Boolean(type?.isPrivate) || isViewers(parent.name, name.value)
      },
    }),
  )
  if (maxAge === Infinity || maxAge === 0) return 'no-store'
  return `${isPrivate ? 'private' : 'public'}, max-age=${maxAge}`
}

function namedTypeOf(types: TypeInfo): string | undefined {
  return types
    .getType()
    ?.toString()
    .replaceAll(/[[\]!]/g, '')
}
