import {
  GraphQLError,
  Kind,
  Lexer,
  Location,
  OperationTypeNode,
  Source,
  TokenKind,
  specifiedRules,
  validate,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql'
import { badUserInput, PublicError } from './errors.ts'
import { documentCost, type Variables } from './graphql-cost.ts'
import { inputPathOf, nulIn } from './graphql-nul-bytes.ts'

/** What one operation may ask for. */
export interface GraphqlLimits {
  /** Lexical tokens of the document, counted before it is parsed. */
  readonly tokens: number
  /** Levels of fields, introspection's excepted. */
  readonly depth: number
  /** Fields under another name. */
  readonly aliases: number
  /** Fields once every fragment stands where it is spread, as planning and merging see them. */
  readonly fields: number
  /** Fields of Query or Mutation. */
  readonly rootFields: number
  /** Objects in the answer; see graphql-cost.ts. */
  readonly cost: number
}

/** For callers from outside. The supergraph, which keeps them itself, may ask a subgraph for more at once. */
export const publicLimits: GraphqlLimits = {
  tokens: 1000,
  depth: 15,
  aliases: 50,
  fields: 1000,
  rootFields: 25,
  cost: 2000,
}

/** For calls between services: only there to stop a runaway. */
export const trustedLimits: GraphqlLimits = {
  tokens: 20_000,
  depth: 50,
  aliases: 5000,
  fields: 20_000,
  rootFields: 1000,
  cost: 100_000,
}

/**
 * Throws LIMIT_EXCEEDED where a document has more tokens than the limit. It reads no further than that, so that a
 * document of any size costs no more than the limit's.
 */
export function assertTokens(source: string, { tokens }: GraphqlLimits): void {
  // Every token takes a character at least.
  if (source.length <= tokens) return
  const lexer = new Lexer(new Source(source))
  let count = 0
  try {
    while (lexer.advance().kind !== TokenKind.EOF) if (++count > tokens) throw exceeded('tokens', tokens)
  } catch (error) {
    // What is no token at all is for the parser to say, with its place.
    if (!(error instanceof GraphQLError)) throw error
  }
}

/**
 * Throws where a parsed document is none that text gave (clients can send a syntax tree, which has no tokens to count)
 * or holds several operations: mercurius compiles a document once, for whichever operation was asked for first.
 */
export function assertOneOperation(document: DocumentNode): void {
  if (!(document.loc instanceof Location))
    throw new PublicError('GRAPHQL_PARSE_FAILED', 'query must be the text of a document')
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  if (operations.length > 1) {
    throw new PublicError(
      'GRAPHQL_VALIDATION_FAILED',
      'A document must hold one operation; send each in a request of its own',
    )
  }
}

/** Throws where a valid document or its variables exceed a limit, or where any of their texts holds a NUL byte. */
export function assertLimits(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Variables,
  limits: GraphqlLimits,
): void {
  const shape = shapeOf(document)
  const nul = shape.nul ?? nulIn(variables)
  if (nul !== undefined) throw badUserInput(nul, 'must not hold a NUL byte')
  for (const name of ['depth', 'aliases', 'fields', 'rootFields'] as const)
    if (shape[name] > limits[name]) throw exceeded(name, limits[name])
  if (documentCost(schema, document, variables) > limits.cost) throw exceeded('cost', limits.cost)
}

/**
 * Everything above and validation, for a document that is not run by mercurius: a subscription. Throws the first problem
 * found.
 */
export function assertSubscription(
  schema: GraphQLSchema,
  document: DocumentNode,
  limits: GraphqlLimits,
  variables: Variables,
): void {
  const [error] = validate(schema, document, specifiedRules)
  if (error) throw error
  assertLimits(schema, document, variables, limits)
}

/** Whether a document's operation is a subscription, which only a WebSocket can answer. */
export function isSubscription(document: DocumentNode): boolean {
  return shapeOf(document).isSubscription
}

/** Whether a document asks for the fields that federation adds for the supergraph alone. */
export function asksForInternals(document: DocumentNode): boolean {
  return shapeOf(document).isInternal
}

const descriptions = {
  tokens: 'tokens in the document',
  depth: 'levels of fields',
  aliases: 'aliases',
  fields: 'fields, each counted wherever its fragment is spread',
  rootFields: 'root fields',
  cost: 'objects in the answer: ask for fewer with first, or for less of each',
}

/** The refusal of what asks for more than a limit allows. */
export function exceeded(limit: keyof GraphqlLimits, value: number): PublicError {
  return new PublicError('LIMIT_EXCEEDED', `The limit is ${value} ${descriptions[limit]}`)
}

export interface DocumentShape {
  readonly depth: number
  readonly aliases: number
  readonly fields: number
  readonly rootFields: number
  /** Where a text holds a NUL byte: an argument, and the fields of the input object in it. */
  readonly nul: string | undefined
  /** Whether it asks for `_entities` or `_service`. */
  readonly isInternal: boolean
  readonly isSubscription: boolean
}

/** Parsed documents are cached by mercurius, so that what depends on nothing else is found once. */
const shapes = new WeakMap<DocumentNode, DocumentShape>()

/** What of a parsed document the limits look at, besides its cost. */
export function shapeOf(document: DocumentNode): DocumentShape {
  const known = shapes.get(document)
  if (known) return known
  let aliases = 0
  let nul: string | undefined
  let isInternal = false
  let isAboutEvents = false
  visit(document, {
    OperationDefinition: ({ operation }) => void (isAboutEvents ||= operation === OperationTypeNode.SUBSCRIPTION),
    Field(node) {
      if (node.alias) aliases += 1
      isInternal ||= node.name.value === '_entities' || node.name.value === '_service'
    },
    StringValue(node, _key, _parent, _path, ancestors) {
      if (node.value.includes('\0')) nul ??= inputPathOf(ancestors.flat())
    },
  })
  const shape = { aliases, isInternal, isSubscription: isAboutEvents, nul, ...measure(document) }
  shapes.set(document, shape)
  return shape
}

function measure(document: DocumentNode): Pick<DocumentShape, 'depth' | 'fields' | 'rootFields'> {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  const known = new Map<string, number>()
  const depthOfFragment = (name: string): number => {
    const depth = known.get(name) ?? depthOf(fragments.get(name)?.selectionSet)
    known.set(name, depth)
    return depth
  }
  const depthOf = (set: SelectionSetNode | undefined): number => {
    const depths = (set?.selections ?? []).map((node) => {
      if (node.kind === Kind.FRAGMENT_SPREAD) return depthOfFragment(node.name.value)
      if (node.kind === Kind.INLINE_FRAGMENT) return depthOf(node.selectionSet)
      return node.name.value.startsWith('__') ? 0 : 1 + depthOf(node.selectionSet)
    })
    return Math.max(0, ...depths)
  }
  const knownFields = new Map<string, number>()
  const allFieldsOf = (set: SelectionSetNode | undefined): number => {
    let fields = 0
    for (const node of set?.selections ?? []) {
      if (node.kind !== Kind.FRAGMENT_SPREAD) {
        fields += (node.kind === Kind.FIELD ? 1 : 0) + allFieldsOf(node.selectionSet)
        continue
      }
      const name = node.name.value
      const below = knownFields.get(name) ?? allFieldsOf(fragments.get(name)?.selectionSet)
      knownFields.set(name, below)
      fields += below
    }
    return fields
  }
  const spread = new Set<string>()
  const fieldsOf = (set: SelectionSetNode | undefined): number => {
    let fields = 0
    for (const node of set?.selections ?? []) {
      if (node.kind === Kind.FIELD) fields += 1
      else if (node.kind === Kind.INLINE_FRAGMENT) fields += fieldsOf(node.selectionSet)
      else if (!spread.has(node.name.value))
        fields += fieldsOf(fragments.get(spread.add(node.name.value) && node.name.value)?.selectionSet)
    }
    return fields
  }
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  return {
    depth: Math.max(0, ...operations.map((operation) => depthOf(operation.selectionSet))),
    fields: Math.max(0, ...operations.map((operation) => allFieldsOf(operation.selectionSet))),
    rootFields: Math.max(0, ...operations.map((operation) => fieldsOf(operation.selectionSet))),
  }
}
