import { listOf, oneOf, part, record } from '../declarative/fields.ts'
import { pluginKind } from '../plugin.ts'
import { applyChanges, changeJson, compileChanges, headerRenames, names, pairs } from './changes.ts'

const types = listOf(oneOf('boolean', 'number', 'string')).default([])
const values = part({ headers: pairs, json: pairs, json_types: types })

/** Changes answers on their way to the client: their headers, and the fields of JSON bodies. */
export const responseTransformer = pluginKind({
  name: 'response-transformer',
  priority: 800,
  allowsConsumer: false,
  config: record({
    remove: part({ headers: names, json: names }),
    rename: part({ headers: headerRenames, json: pairs }),
    replace: values,
    add: values,
    append: values,
  }),
  create(settings) {
    const inHeaders = compileChanges(settings, 'headers', (value) => value)
    const inJson = compileChanges(settings, 'json', (value, action, index) =>
      cast(value, settings[action].json_types[index]),
    )
    return {
      headers(_exchange, response) {
        const { headers } = response
        if (inHeaders) applyChanges(inHeaders, headers)
        if (inJson && /^application\/json *(;|$)/.test(headers.get('content-type') ?? '')) {
          response.transform = (body) => Buffer.from(changeJson(body.toString(), inJson))
        }
      },
    }
  },
})

/** Undefined for a text that is not of the type. */
function cast(value: string, type: 'boolean' | 'number' | 'string' | undefined): unknown {
  if (type === 'boolean') return value === 'true'
  if (type !== 'number') return value
  return value.trim() === '' || Number.isNaN(Number(value)) ? undefined : Number(value)
}
