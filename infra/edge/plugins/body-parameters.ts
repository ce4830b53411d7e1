import type { EdgeRequest } from '../exchange.ts'
import { readArguments, writeArguments, type Arguments } from './arguments.ts'

/** What Kong keeps of a body in memory: a plugin finds no parameters in a longer one. */
const mostBytes = 8192

export type Parameters = Readonly<Record<string, unknown>>

/** Which bodies plugins look into. */
export type BodyKind = 'form' | 'json' | 'multipart'

/** The kind of a body by its Content-Type, undefined for those that nothing looks into. */
export function bodyKindOf({ headers }: EdgeRequest): BodyKind | undefined {
  const type = headers.get('content-type')?.toLowerCase()
  if (type === undefined) return undefined
  if (type.includes('application/x-www-form-urlencoded')) return 'form'
  if (type.includes('application/json')) return 'json'
  return type.includes('multipart/form-data') ? 'multipart' : undefined
}

/** The parameters of the body, empty where it has none that can be read. GET and HEAD have none. */
export function bodyParameters(request: EdgeRequest): Parameters | Promise<Parameters> {
  const kind = bodyKindOf(request)
  if (kind === undefined || request.method === 'GET' || request.method === 'HEAD') return {}
  return readBody(request, kind)
}

async function readBody(request: EdgeRequest, kind: BodyKind): Promise<Parameters> {
  if (await request.isBodyLongerThan(mostBytes)) return {}
  const body = await request.body()
  if (kind === 'form') return parametersOf(readArguments(body.toString()))
  return kind === 'json' ? readJson(body) : readMultipart(body, request.headers.get('content-type') ?? '')
}

/** Takes a field out of a form or JSON body, which is written anew. */
export async function removeBodyField(request: EdgeRequest, name: string): Promise<void> {
  const kind = bodyKindOf(request)
  if (kind === undefined || kind === 'multipart' || (await request.isBodyLongerThan(mostBytes))) return
  const body = await request.body()
  if (kind === 'form') {
    const form = readArguments(body.toString())
    form.delete(name)
    request.setBody(Buffer.from(writeArguments(form)))
    return
  }
  const { [name]: removed, ...rest } = readJson(body)
  if (removed !== undefined) request.setBody(Buffer.from(JSON.stringify(rest)))
}

/** One value for a name that stands once, a list for one that is repeated. */
export function parametersOf(all: Arguments): Parameters {
  return Object.fromEntries([...all].map(([name, values]) => [name, values.length === 1 ? values[0] : values]))
}

function readJson(body: Buffer): Parameters {
  try {
    const value: unknown = JSON.parse(body.toString())
    // An object's own fields are what is asked for; any other value has none.
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Parameters) : {}
  } catch {
    return {}
  }
}

async function readMultipart(body: Buffer, type: string): Promise<Parameters> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
    return Object.fromEntries([...form].filter(([, value]) => typeof value === 'string'))
  } catch {
    return {}
  }
}
