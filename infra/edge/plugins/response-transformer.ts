import { listOf, oneOf, part, record } from '../declarative/fields.ts'
import { pluginKind } from '../plugin.ts'
import { applyChanges, compileChanges, names, pairs } from './changes.ts'
import { changeJson } from './json-change.ts'

const types = listOf(oneOf('boolean', 'number', 'string')).default([])
const values = part({ headers: pairs, json: pairs, json_types: types })

/** Changes answers on their way to the client: their headers, and the fields of JSON bodies. */
export const responseTransformer = pluginKind({
  name: 'response-transformer',
  priority: 800,
  allowsConsumer: false,
  config: record({
    remove: part({ headers: names, json: names }),
    rename: part({ headers: pairs, json: pairs }),
    replace: values,
    add: values,
    append: values,
  }),
  create(settings) {
    const inHeaders = compileChanges(settings, 'headers', (value, action) =>
      value === '' && action !== 'append' ? undefined : value,
    )
    const inJson = compileChanges(settings, 'json', (text, action, index) => {
      const value = cast(text, settings[action].json_types[index])
      return text === '' ? undefined : action === 'append' ? [value] : value
    })
    return {
      headers(_exchange, response) {
        const { headers } = response
        if (inHeaders) applyChanges(inHeaders, headers)
        if (inJson && headers.get('content-type')?.toLowerCase().includes('application/json')) {
          response.transform = (body) => changeJson(body, inJson)
        }
      },
    }
  },
})

function cast(value: string, type: 'boolean' | 'number' | 'string' | undefined): unknown {
  if (type === 'boolean') return value === 'true'
  return type === 'number' && value.trim() !== '' && !Number.isNaN(Number(value)) ? Number(value) : value
}
