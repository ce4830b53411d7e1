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
    return Object.fromEntries(form)
  } catch {
    return undefined
  }
}

/**
 * Takes a field out of a body, which is written anew even where it was not there. A body that cannot be read stays, and
 * one with files, which would be lost.
 */
export async function removeBodyField(request: EdgeRequest, name: string): Promise<void> {
  const { body, headers } = request
  const kind = bodyKindOf(request)
  if (kind === undefined || (await body.isLongerThan(mostBytes))) return
  if (kind === 'form') {
    const form = Arguments.read((await body.read()).toString())
    form.remove(name)
    return body.replace(Buffer.from(form.toString()))
  }
  const fields = await readFields(request, kind)
  if (!fields || Object.values(fields).some((value) => value instanceof File)) return
  delete fields[name]
  const type = headers.get('content-type') ?? ''
  body.replace(Buffer.from(kind === 'json' ? writeJson(fields) : writeMultipart(fields, type)))
}

/** By name in order, as Kong writes it. */
function writeMultipart(fields: Fields, type: string): string {
  const [, boundary = ''] = /boundary="?([^"]+)/.exec(type) ?? []
  const parts = Object.keys(fields)
    .toSorted()
    .map((name) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${String(fields[name])}\r\n`)
  return `${parts.join('')}--${boundary}--\r\n`
}
