import type { Exchange } from '../../exchange.ts'
import type { Arguments } from '../arguments.ts'
import type { RequestChanges } from '../request-transformer.ts'
import { compileTemplate, type Template } from '../templates.ts'
import { namesOf, pairOf } from '../transformer-rules.ts'

/** Reads its values of a request, and answers the change of arguments. */
export type ArgumentChange = (exchange: Exchange) => (all: Arguments) => void

type Rule = readonly [name: string, value: Template]

/** The change of a query or a form; undefined where nothing is asked. */
export function createArgumentChange(
  changes: RequestChanges,
  part: 'querystring' | 'body',
): ArgumentChange | undefined {
  const removed = namesOf(changes.remove[part])
  const renamed = changes.rename[part].map(pairOf)
  const rules = [changes.replace, changes.add, changes.append].map((change) => change[part].map(ruleOf))
  if ([removed, renamed, ...rules].every((list) => list.length === 0)) return undefined
  return (exchange) => {
    const [toReplace = [], toAdd = [], toAppend = []] = rules.map((list) =>
      list.map(([name, value]) => [name, value(exchange)] as const),
    )
    return (all) => {
      for (const name of removed) all.delete(name)
      for (const [from, to] of renamed) renameArgument(all, from, to)
      for (const [name, value] of toReplace) if (all.has(name)) all.set(name, [value])
      for (const [name, value] of toAdd) if (!all.has(name)) all.set(name, [value])
      for (const [name, value] of toAppend) all.set(name, [...(all.get(name) ?? []), value])
    }
  }
}

function ruleOf(entry: string): Rule {
  const [name, value] = pairOf(entry)
  return [name, compileTemplate(value)]
}

function renameArgument(all: Arguments, from: string, to: string): void {
  const values = all.get(from)
  all.delete(from)
  if (values && to !== '') all.set(to, values)
}
