import { parseDocument, type YAMLParseError } from 'yaml'
import { isRecord, type Fields } from '../json-fields.ts'
import { DeclarativeError } from './problems.ts'

/** The record that a YAML text holds, without fields that are null: Kong takes them for ones that are not there. */
export function readYaml(yaml: string): Fields {
  const content = withoutNulls(valueOf(yaml))
  if (isRecord(content)) return content
  throw new DeclarativeError('failed parsing declarative configuration: expected an object')
}

function valueOf(yaml: string): unknown {
  // YAML 1.1, as Kong's parser: `off` is a boolean.
  const options = { version: '1.1', merge: true, prettyErrors: false, strict: false, uniqueKeys: false } as const
  const document = parseDocument(yaml, options)
  const [error] = document.errors
  if (error) throw new DeclarativeError(`failed parsing declarative configuration: ${yamlProblem(yaml, error)}`)
  try {
    return document.toJS()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DeclarativeError(`failed parsing declarative configuration: ${reason}`)
  }
}

/** Where and what, in libyaml's words where a bracket is not closed: it points at the bracket. */
function yamlProblem(yaml: string, { code, pos: [end], message }: YAMLParseError): string {
  const isOpenBracket = code === 'BAD_INDENT'
  const start = isOpenBracket ? Math.max(yaml.lastIndexOf('[', end - 1), yaml.lastIndexOf('{', end - 1)) : end
  const before = yaml.slice(0, start).split('\n')
  const place = `${before.length}:${(before.at(-1) ?? '').length + 1}`
  return `${place}: ${isOpenBracket ? 'did not find expected node content' : message}`
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isRecord(value)) return value
  const kept = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutNulls(member)]))
}
