import { readJsonFields, writeJson, type Fields } from '../json-fields.ts'
import type { EdgeRequest } from '../proxy/edge-request.ts'
import { Arguments } from './arguments.ts'

/** What Kong keeps of a body in memory: a plugin finds nothing in a longer one. */
export const mostBytes = 8192

/** Which bodies plugins look into. */
export type BodyKind = 'form' | 'json' | 'multipart'

const kinds: ReadonlyArray<readonly [type: string, kind: BodyKind]> = [
  ['application/x-www-form-urlencoded', 'form'],
  ['application/json', 'json'],
  ['multipart/form-data', 'multipart'],
]

/** The kind of a body by its Content-Type, undefined for those that nothing looks into. */
export function bodyKindOf({ headers }: EdgeRequest): BodyKind | undefined {
  const sent = headers.get('content-type')?.toLowerCase() ?? ''
  return kinds.find(([type]) => sent.startsWith(type))?.[1]
}

/** The fields of the body, none where it cannot be read; at once for a body that nothing looks into. */
export function bodyParameters(request: EdgeRequest): Fields | Promise<Fields> {
  const kind = bodyKindOf(request)
  return kind === undefined ? {} : readFields(request, kind).then((fields) => fields ?? {})
}

async function readFields({ body, headers }: EdgeRequest, kind: BodyKind): Promise<Fields | undefined> {
  if (await body.isLongerThan(mostBytes)) return undefined
  const bytes = await body.read()
  if (kind === 'form') return Arguments.read(bytes.toString()).toRecord()
  if (kind === 'json') return readJsonFields(bytes.toString())
  try {
    const type = headers.get('content-type') ?? ''
    const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()
    return Object.fromEntries([...form].filter(([, value]) => typeof value === 'string'))
  } catch {
    return undefined
  }
}

/** Takes a field out of a form or JSON body, which is written anew even where it was not there. */
export async function removeBodyField(request: EdgeRequest, name: string): Promise<void> {
  const { body } = request
  const kind = bodyKindOf(request)
  if ((kind !== 'form' && kind !== 'json') || (await body.isLongerThan(mostBytes))) return
  const text = (await body.read()).toString()
  if (kind === 'form') {
    const form = Arguments.read(text)
    form.remove(name)
    return body.replace(Buffer.from(form.toString()))
  }
  const { [name]: _removed, ...rest } = readJsonFields(text) ?? {}
  if (readJsonFields(text)) body.replace(Buffer.from(writeJson(rest)))
}
