import type { EdgeRequest, Exchange } from '../../exchange.ts'
import { readArguments, writeArguments, type Arguments } from '../arguments.ts'
import { bodyKindOf } from '../body-parameters.ts'
import type { RequestChanges } from '../request-transformer.ts'
import { createArgumentChange } from './argument-change.ts'

/** Changes the body of a request where it is a form or JSON; undefined for any other. */
export type BodyChange = (exchange: Exchange) => Promise<void> | undefined

/** The change of bodies that a plugin asks for; undefined for none. Values come out as texts. */
export function createBodyChange(changes: RequestChanges): BodyChange | undefined {
  const prepare = createArgumentChange(changes, 'body')
  return (
    prepare &&
    ((exchange) => {
      const kind = bodyKindOf(exchange.request)
      if (kind !== 'form' && kind !== 'json') return undefined
      return change(exchange.request, kind, prepare(exchange))
    })
  )
}

async function change(request: EdgeRequest, kind: 'form' | 'json', apply: (all: Arguments) => void): Promise<void> {
  const body = await request.body()
  if (kind === 'form') {
    const form = readArguments(body.toString())
    apply(form)
    request.setBody(Buffer.from(writeArguments(form)))
    return
  }
  const changed = changeJson(body.toString(), apply)
  if (changed !== undefined) request.setBody(Buffer.from(changed))
}

/**
 * Runs a change of arguments over the fields of a JSON object: each value that the change leaves alone stays as it was.
 * Undefined for anything else than an object; an empty body counts as one without fields.
 */
function changeJson(text: string, apply: (all: Arguments) => void): string | undefined {
  const fields = fieldsOf(text)
  if (!fields) return undefined
  const kept = new Map<string, unknown>()
  const all: Arguments = new Map()
  for (const [name, value] of Object.entries(fields)) {
    const values = Array.isArray(value) ? value : [value]
    // Each value is known by a text of its own while the change runs.
    all.set(
      name,
      values.map((item: unknown) => {
        const token = `\u0000${kept.size}`
        kept.set(token, item)
        return token
      }),
    )
  }
  apply(all)
  const original = (item: string | true): unknown => (kept.has(String(item)) ? kept.get(String(item)) : item)
  const changed = [...all].map(([name, values]) => {
    const [first] = values
    const isList = values.length !== 1 || Array.isArray(fields[name])
    return [name, isList || first === undefined ? values.map(original) : original(first)]
  })
  return JSON.stringify(Object.fromEntries(changed))
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
    // `as`: a JSON object's fields may be anything.
    return isRecord ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
