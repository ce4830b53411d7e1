import {
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { refusalOf, type Grant, type Requirements } from './requirements.ts'

/** Why a field of a document is not answered. */
export type Refusal = 'UNAUTHENTICATED' | 'FORBIDDEN'

/** An operation without the fields that somebody may not be answered, and those fields. */
export interface StrippedOperation {
  readonly operation: OperationDefinitionNode
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>
  readonly refused: ReadonlyMap<FieldNode, { readonly code: Refusal; readonly typeName: string }>
}

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/** The operation for one who may see less; undefined where nothing has to be left out. */
export function stripOperation(
  schema: GraphQLSchema,
  requirements: Requirements,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  grant: Grant,
): StrippedOperation | undefined {
  const refused = new Map<FieldNode, { code: Refusal; typeName: string }>()
  const types = new TypeInfo(schema)
  const strip = <Node extends OperationDefinitionNode | FragmentDefinitionNode>(node: Node): Node =>
    visit<Node>(
      node,
      visitWithTypeInfo(types, {
        [Kind.FIELD]: (field) => {
          const typeName = types.getParentType()?.name ?? ''
          const code = refusalOf(requirements.of(typeName, field.name.value), grant)
          if (!code) return undefined
          refused.set(field, { code, typeName })
          return null
        },
        // What is left of an object with no field is its type.
        [Kind.SELECTION_SET]: {
          leave: (set: SelectionSetNode) =>
            set.selections.length === 0 ? { ...set, selections: [typename] } : undefined,
        },
      }),
    )
  const own = strip(operation)
  const others = Object.fromEntries(Object.entries(fragments).map(([name, fragment]) => [name, strip(fragment)]))
  if (refused.size === 0) return undefined
  return { operation: own, fragments: others, refused }
}
