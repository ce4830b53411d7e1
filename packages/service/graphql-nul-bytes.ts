import { Kind, type ASTNode } from 'graphql'
import type { Variables } from './graphql-cost.ts'

/** The argument or variable that a value stands in, and the fields of the input objects on the way: `filter.text`. */
export function inputPathOf(ancestors: readonly ASTNode[]): string {
  const names = ancestors.flatMap((node) => {
    if (node.kind === Kind.VARIABLE_DEFINITION) return [`$${node.variable.name.value}`]
    return node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD ? [node.name.value] : []
  })
  return names.join('.')
}

/** The variable whose value holds a NUL byte somewhere, with the way to it: `$filter.genres.0`. */
export function nulIn(variables: Variables): string | undefined {
  // Without recursion, since clients choose how deep their variables nest.
  const left: Array<readonly [path: string, value: unknown]> = [['$', variables]]
  for (let next = left.pop(); next; next = left.pop()) {
    const [path, value] = next
    if (typeof value === 'string' && value.includes('\0')) return path
    if (value === null || typeof value !== 'object') continue
    for (const [name, inner] of Object.entries(value)) left.push([path === '$' ? `$${name}` : `${path}.${name}`, inner])
  }
  return undefined
}
