import { readJsonFields } from '../json-fields.ts'
import type { EdgeRequest } from '../proxy/edge-request.ts'
import { Arguments } from './arguments.ts'

/** What Kong keeps of a body in memory: a plugin finds no parameters in a longer one. */
const mostBytes = 8192

export type Parameters = Readonly<Record<string, unknown>>

/** Which bodies plugins look into. */
export type BodyKind = 'form' | 'json' | 'multipart'

/** The kind of a body by its Content-Type, undefined for those that nothing looks into. */
export function bodyKindOf({ headers }: EdgeRequest): BodyKind | undefined {
  const type = headers.get('content-type')?.toLowerCase() ?? ''
  if (type.includes('application/x-www-form-urlencoded')) return 'form'
  if (type.includes('application/json')) return 'json'
  return type.includes('multipart/form-data') ? 'multipart' : undefined
}

/** The parameters of the body, empty where it has none that can be read. GET and HEAD have none. */
export function bodyParameters(request: EdgeRequest): Parameters | Promise<Parameters> {
  const kind = bodyKindOf(request)
  if (kind === undefined || request.method === 'GET' || request.method === 'HEAD') return {}
  return readParameters(request, kind)
}

async function readParameters({ body, headers }: EdgeRequest, kind: BodyKind): Promise<Parameters> {
  if (await body.isLongerThan(mostBytes)) return {}
  const bytes = await body.read()
  if (kind === 'form') return Arguments.read(bytes.toString()).toRecord()
  if (kind === 'json') return readJsonFields(bytes.toString()) ?? {}
  try {
    const type = headers.get('content-type') ?? ''
    const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()
    return Object.fromEntries([...form].filter(([, value]) => typeof value === 'string'))
  } catch {
    return {}
  }
}

/** Takes a field out of a form or JSON body, which is written anew. */
export async function removeBodyField(request: EdgeRequest, name: string): Promise<void> {
  const kind = bodyKindOf(request)
  const { body } = request
  if (kind === undefined || kind === 'multipart' || (await body.isLongerThan(mostBytes))) return
  const text = (await body.read()).toString()
  if (kind === 'form') {
    const form = Arguments.read(text)
    form.remove(name)
    return body.replace(Buffer.from(form.toString()))
  }
  const { [name]: removed, ...rest } = readJsonFields(text) ?? {}
  if (removed !== undefined) body.replace(Buffer.from(JSON.stringify(rest)))
}
