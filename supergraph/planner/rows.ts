import type { PathStep } from './fetches.ts'
import { isRow, typeNameOf, type Row } from './representations.ts'

/** Calls back with every object that a path leads to from a value, through lists, where nothing on the way is null. */
export function forEachRow(value: unknown, path: readonly PathStep[], visit: (row: Row) => void): void {
  walk(value, path, 0, visit)
}

function walk(value: unknown, path: readonly PathStep[], index: number, visit: (row: Row) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, path, index, visit)
    return
  }
  if (!isRow(value) || !isOfType(value, path[index - 1])) return
  const step = path[index]
  if (step) walk(value[step.key], path, index + 1, visit)
  else visit(value)
}

/** Whether an object is one that a step means. */
export function isOfType(row: Row, step: PathStep | undefined): boolean {
  return step?.typeName === undefined || typeNameOf(row) === step.typeName
}

/**
 * Adds what another answer knows of an object: objects and lists are merged by property and position, and a null takes
 * nothing away that is known already.
 */
export function mergeRow(into: Row, from: Row): void {
  for (const key in from) {
    const value = from[key]
    const known = into[key]
    if (known === undefined || known === null) into[key] = value
    else if (typeof known !== 'object') into[key] = value ?? known
    else mergeValue(known, value)
  }
}

function mergeValue(into: unknown, from: unknown): void {
  if (Array.isArray(into) && Array.isArray(from)) {
    for (let index = 0; index < from.length; index += 1) {
      const known: unknown = into[index]
      if (known === undefined || known === null) into[index] = from[index]
      else mergeValue(known, from[index])
    }
  } else if (isRow(into) && isRow(from)) {
    mergeRow(into, from)
  }
}

/** A copy that shares no object with the original. */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  if (!isRow(value)) return value
  const copy: Row = {}
  for (const key in value) copy[key] = copyOf(value[key])
  return copy
}
