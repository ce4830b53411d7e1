import type { z } from 'zod'
import type { HeaderList } from '../header-list.ts'
import type { PluginKind } from '../plugin.ts'
import { listOf, oneOf, record } from '../declarative/fields.ts'
import { createJsonChange } from './response-transformer/json.ts'
import { names, namesOf, pairOf, pairs, part } from './transformer-rules.ts'

const types = listOf(oneOf('boolean', 'number', 'string')).default([])

const config = record({
  remove: part({ headers: names, json: names }),
  rename: part({ headers: pairs, json: pairs }),
  replace: part({ headers: pairs, json: pairs, json_types: types }),
  add: part({ headers: pairs, json: pairs, json_types: types }),
  append: part({ headers: pairs, json: pairs, json_types: types }),
})

/** What the plugin may change, with Kong's defaults. */
export type ResponseChanges = z.output<typeof config>

/** Changes answers on their way to the client: removes, renames, replaces, adds and appends, in this order. */
export const responseTransformer: PluginKind<ResponseChanges> = {
  name: 'response-transformer',
  priority: 800,
  allowsConsumer: false,
  config,
  create(settings) {
    const changeHeaders = createHeaderChange(settings)
    const changeJson = createJsonChange(settings)
    return {
      headers(_exchange, response) {
        const { headers } = response
        changeHeaders(headers)
        if (changeJson && headers.get('content-type')?.toLowerCase().includes('application/json')) {
          response.transformBody(changeJson)
        }
      },
    }
  },
}

function createHeaderChange({ remove, rename, replace, add, append }: ResponseChanges): (headers: HeaderList) => void {
  const removed = namesOf(remove.headers)
  const renamed = rename.headers.map(pairOf)
  const [replaced = [], added = [], appended = []] = [replace, add, append].map(({ headers }) => headers.map(pairOf))
  return (headers) => {
    for (const name of removed) headers.remove(name)
    for (const [from, to] of renamed) {
      const value = headers.get(from)
      if (value === undefined || to === '') continue
      headers.remove(from)
      headers.set(to, value)
    }
    for (const [name, value] of replaced) if (value !== '' && headers.has(name)) headers.set(name, value)
    for (const [name, value] of added) if (value !== '' && !headers.has(name)) headers.append(name, value)
    for (const [name, value] of appended) headers.append(name, value)
  }
}
