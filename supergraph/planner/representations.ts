import type { InputField } from './fetches.ts'

/** An object of the result tree. */
export type Row = { [property: string]: unknown }

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object type that a subgraph said a value has, where it was asked. */
export function typeNameOf(row: Row): string | undefined {
  const name = row['__typename']
  return typeof name === 'string' ? name : undefined
}

/** Writes an object's representation as JSON; undefined where the object lacks a key, so that nobody can be asked. */
export type Represent = (row: Row) => string | undefined

/** Compiles how objects are represented to a subgraph that knows them as a type, by these inputs. */
export function compileRepresentation(typeName: string, inputs: ReadonlyMap<string, InputField>): Represent {
  const head = `{"__typename":${JSON.stringify(typeName)}`
  const fields = [...inputs.values()].map((input) => ({ ...input, label: `,${JSON.stringify(input.name)}:` }))
  const hasKey = fields.some(({ isKey }) => isKey)
  return (row) => {
    let text = head
    let isIdentified = !hasKey
    for (const { key, label, sub, isKey } of fields) {
      const value = row[key]
      // Never answered: whoever should have known it failed.
      if (value === undefined) return undefined
      if (isKey && value !== null) isIdentified = true
      text += label + (sub ? represent(value, sub) : JSON.stringify(value))
    }
    return isIdentified ? `${text}}` : undefined
  }
}

function represent(value: unknown, inputs: ReadonlyMap<string, InputField>): string {
  if (Array.isArray(value)) return `[${value.map((item) => represent(item, inputs)).join(',')}]`
  if (!isRow(value)) return 'null'
  const parts: string[] = []
  for (const { key, name, sub } of inputs.values()) {
    const inner = value[key]
    if (inner !== undefined)
      parts.push(`${JSON.stringify(name)}:${sub ? represent(inner, sub) : JSON.stringify(inner)}`)
  }
  return `{${parts.join(',')}}`
}
