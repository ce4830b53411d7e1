import type { HeaderList } from '../../header-list.ts'
import type { Change, RequestChanges } from '../request-transformer.ts'
import { compileTemplate, type Template } from '../templates.ts'
import { namesOf, pairOf } from '../transformer-rules.ts'

type Rule = readonly [name: string, value: Template]

/** The change of headers that a plugin asks for; undefined for none. */
export function createHeaderChange({ remove, rename, replace, add, append }: RequestChanges): Change | undefined {
  const removed = namesOf(remove.headers).filter((name) => !isHost(name))
  const renamed = rename.headers.map(pairOf)
  const [replaced, added, appended] = [replace, add, append].map(({ headers }) => headers.map(ruleOf))
  if ([removed, renamed, replaced, added, appended].every((rules) => rules?.length === 0)) return undefined
  return (exchange) => {
    const { headers } = exchange.request
    const valuesOf = (rules: readonly Rule[] = []): Array<readonly [string, string]> =>
      rules.map(([name, value]) => [name, asHeaderText(value(exchange))])
    const [toReplace, toAdd, toAppend] = [valuesOf(replaced), valuesOf(added), valuesOf(appended)]
    return () => {
      for (const name of removed) headers.remove(name)
      for (const [from, to] of renamed) renameHeader(headers, from, to)
      for (const [name, value] of toReplace) if (headers.has(name)) headers.set(name, value)
      for (const [name, value] of toAdd) if (!headers.has(name)) headers.append(name, value)
      for (const [name, value] of toAppend) headers.append(name, value)
    }
  }
}

function ruleOf(entry: string): Rule {
  const [name, value] = pairOf(entry)
  return [name, compileTemplate(value)]
}

/** The new name comes out in lower case, in the place of others of its name. */
function renameHeader(headers: HeaderList, from: string, to: string): void {
  const values = headers.getAll(from)
  if (values.length === 0 || to === '') return
  headers.remove(from)
  headers.remove(to)
  for (const value of values) headers.append(to.toLowerCase(), value)
}

function isHost(name: string): boolean {
  return name.toLowerCase() === 'host'
}

/** A header carries bytes: text of a query goes as UTF-8. */
function asHeaderText(value: string): string {
  // eslint-disable-next-line no-control-regex -- Latin-1 is what Node writes as it is
  return /^[\u0000-\u00ff]*$/.test(value) ? value : Buffer.from(value).toString('latin1')
}
