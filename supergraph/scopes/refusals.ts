import {
  getDirectiveValues,
  getNamedType,
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  visit,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type GraphQLType,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { PublicError } from '@movieverse/service/errors.ts'
import type { Refusal, StrippedOperation } from './stripped-operations.ts'

type Variables = Readonly<Record<string, unknown>>

/** A document can spread one refused field into thousands of places. */
const toldAtMost = 50

const messages: Readonly<Record<Refusal, (field: string) => string>> = {
  UNAUTHENTICATED: (field) => `${field} is answered to somebody who is signed in`,
  FORBIDDEN: (field) => `${field} needs a permission that this sign-in does not have`,
}

/**
 * One error for each refused field that the operation asks for with these variables, at the client's path up to the first
 * list; how many items that has is not known.
 */
export function errorsOfRefusals(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: StrippedOperation['fragments'],
  refused: StrippedOperation['refused'],
  variables: Variables,
): GraphQLError[] {
  const walker = new RefusalWalker(schema, fragments, refused, variables)
  walker.walk(operation.selectionSet, {
    type: schema.getRootType(operation.operation) ?? undefined,
    path: [],
    isList: false,
  })
  return [...walker.errors.values()]
}

interface Place {
  readonly type: GraphQLCompositeType | undefined
  readonly path: readonly string[]
  /** Whether the path has come to a list, where it ends. */
  readonly isList: boolean
}

class RefusalWalker {
  readonly errors = new Map<string, GraphQLError>()
  readonly #schema: GraphQLSchema
  readonly #fragments: StrippedOperation['fragments']
  readonly #refused: StrippedOperation['refused']
  readonly #variables: Variables
  /** Fragments by where they were walked: one that is spread a thousand times in one place is walked once. */
  readonly #walked = new Set<string>()
  readonly #concerned = new Map<string, boolean>()

  constructor(
    schema: GraphQLSchema,
    fragments: StrippedOperation['fragments'],
    refused: StrippedOperation['refused'],
    variables: Variables,
  ) {
    this.#schema = schema
    this.#fragments = fragments
    this.#refused = refused
    this.#variables = variables
  }

  walk({ selections }: SelectionSetNode, place: Place): void {
    for (const node of selections) {
      if (this.errors.size >= toldAtMost || isLeftOut(node, this.#variables)) continue
      if (node.kind === Kind.FIELD) this.#field(node, place)
      else if (node.kind === Kind.FRAGMENT_SPREAD) this.#fragment(node.name.value, place)
      else this.walk(node.selectionSet, { ...place, type: this.#type(node.typeCondition?.name.value) ?? place.type })
    }
  }

  #field(node: FieldNode, { type, path, isList }: Place): void {
    const own = isList ? path : [...path, node.alias?.value ?? node.name.value]
    const refusal = this.#refused.get(node)
    if (refusal) {
      const field = `${refusal.typeName}.${node.name.value}`
      const originalError = new PublicError(refusal.code, messages[refusal.code](field))
      this.errors.set(
        `${field} ${own.join('.')}`,
        new GraphQLError(originalError.message, { path: own, originalError }),
      )
      return
    }
    const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined
    if (!node.selectionSet || !definition) return
    const named = getNamedType(definition.type)
    const below = isCompositeType(named) ? named : undefined
    this.walk(node.selectionSet, { type: below, path: own, isList: isList || hasList(definition.type) })
  }

  #fragment(name: string, place: Place): void {
    const fragment = this.#fragments[name]
    const where = `${name} ${place.isList} ${place.path.join('.')}`
    if (!fragment || this.#walked.has(where) || !this.#isConcerned(name)) return
    this.#walked.add(where)
    this.walk(fragment.selectionSet, { ...place, type: this.#type(fragment.typeCondition.name.value) })
  }

  /** Whether a fragment, or one that it spreads, has a refused field. */
  #isConcerned(name: string): boolean {
    const known = this.#concerned.get(name)
    if (known !== undefined) return known
    let found = false
    const fragment = this.#fragments[name]
    if (fragment) {
      visit(fragment, {
        [Kind.FIELD]: (node) => void (found ||= this.#refused.has(node)),
        [Kind.FRAGMENT_SPREAD]: (node) => void (found ||= this.#isConcerned(node.name.value)),
      })
    }
    this.#concerned.set(name, found)
    return found
  }

  #type(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : this.#schema.getType(name)
    return isCompositeType(type) ? type : undefined
  }
}

function hasList(type: GraphQLType): boolean {
  return isListType(type) || (isNonNullType(type) && hasList(type.ofType))
}

function isLeftOut(node: SelectionNode, variables: Variables): boolean {
  if (!node.directives?.length) return false
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return true
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if === false
}
