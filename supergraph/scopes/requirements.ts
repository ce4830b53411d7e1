import { Kind, visit, type ASTNode, type DocumentNode } from 'graphql'
import type { Identity } from '@movieverse/service/identity.ts'

/** What it takes to be answered a field: a signed-in person, and all scopes of at least one of the sets, where any is given. */
export interface Requirement {
  readonly scopes: ReadonlyArray<readonly string[]>
}

/** Who asks, as far as requirements go. */
export interface Grant {
  readonly isSignedIn: boolean
  readonly scopes: ReadonlySet<string>
}

/** What somebody is granted: by the edge, who knows them. */
export function grantOf({ userId, scopes }: Identity): Grant {
  return { isSignedIn: userId !== null, scopes: new Set(scopes) }
}

/** What fields of the composed schema require. */
export interface Requirements {
  /** All of them must be met; empty for a field that everybody may ask for. */
  readonly of: (typeName: string, fieldName: string) => readonly Requirement[]
  /** Every scope that some field asks for. */
  readonly scopes: ReadonlySet<string>
  readonly isEmpty: boolean
}

interface TypeOutline {
  readonly own: readonly Requirement[]
  readonly fields: Map<string, { readonly own: readonly Requirement[]; readonly namedType: string }>
  readonly implementations: string[]
}

/**
 * Reads `@authenticated` and `@requiresScopes` off a composed schema, of fields and of types. A field requires what it
 * says, what its type says and what the type that has it says; a field of an interface also what any implementation
 * requires of it, so that nobody comes around a requirement by asking for the interface.
 */
export function requirementsOf(supergraph: DocumentNode): Requirements {
  const types = outlinesOf(supergraph)
  const scopes = new Set<string>()
  const known = new Map<string, readonly Requirement[]>()
  for (const [typeName, { fields, implementations }] of types) {
    for (const fieldName of fields.keys()) {
      const all = [typeName, ...implementations].flatMap((name) => requirementsOfField(types, name, fieldName))
      if (all.length === 0) continue
      known.set(`${typeName}.${fieldName}`, all)
      for (const scope of all.flatMap((one) => one.scopes.flat())) scopes.add(scope)
    }
  }
  return { of: (typeName, fieldName) => known.get(`${typeName}.${fieldName}`) ?? [], scopes, isEmpty: known.size === 0 }
}

function requirementsOfField(types: ReadonlyMap<string, TypeOutline>, name: string, fieldName: string): Requirement[] {
  const type = types.get(name)
  const field = type?.fields.get(fieldName)
  if (!type || !field) return []
  return [...type.own, ...field.own, ...(types.get(field.namedType)?.own ?? [])]
}

function outlinesOf(supergraph: DocumentNode): Map<string, TypeOutline> {
  const types = new Map<string, TypeOutline>()
  const parents: Array<[type: string, parent: string]> = []
  for (const node of supergraph.definitions) {
    if (!('name' in node) || !node.name || node.kind === Kind.DIRECTIVE_DEFINITION) continue
    const fields: TypeOutline['fields'] = new Map()
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      for (const field of node.fields ?? []) {
        fields.set(field.name.value, { own: requirementOf(field), namedType: namedTypeOf(field.type) })
      }
      for (const parent of node.interfaces ?? []) parents.push([node.name.value, parent.name.value])
    }
    types.set(node.name.value, { own: requirementOf(node), fields, implementations: [] })
  }
  for (const [type, parent] of parents) types.get(parent)?.implementations.push(type)
  return types
}

function namedTypeOf(type: ASTNode): string {
  let name = ''
  visit(type, { [Kind.NAMED_TYPE]: (node) => void (name = node.name.value) })
  return name
}

function requirementOf(node: ASTNode): Requirement[] {
  const directives = 'directives' in node ? (node.directives ?? []) : []
  return directives.flatMap(({ name, arguments: given }): Requirement[] => {
    if (name.value === 'authenticated') return [{ scopes: [] }]
    if (name.value !== 'requiresScopes') return []
    const sets = given?.find((argument) => argument.name.value === 'scopes')?.value
    if (sets?.kind !== Kind.LIST) return []
    return [
      {
        scopes: sets.values.map((set) =>
          set.kind === Kind.LIST
            ? set.values.flatMap((scope) => (scope.kind === Kind.STRING ? [scope.value] : []))
            : [],
        ),
      },
    ]
  })
}

/** Why a field is not answered, or undefined where it is. A viewer's field needs a person, whatever scopes there are. */
export function refusalOf(
  requirements: readonly Requirement[],
  { isSignedIn, scopes }: Grant,
): 'UNAUTHENTICATED' | 'FORBIDDEN' | undefined {
  if (requirements.length === 0) return undefined
  if (!isSignedIn) return 'UNAUTHENTICATED'
  const isMet = requirements.every(
    ({ scopes: sets }) => sets.length === 0 || sets.some((set) => set.every((scope) => scopes.has(scope))),
  )
  return isMet ? undefined : 'FORBIDDEN'
}
