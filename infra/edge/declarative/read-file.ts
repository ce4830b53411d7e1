import { readFileSync } from 'node:fs'
import { parseDocument, type YAMLParseError } from 'yaml'
import type { PluginKind } from '../plugin.ts'
import type { EdgeConfiguration } from './entities.ts'
import { fileSchema } from './file-schema.ts'
import { checkPlugins, type PluginKinds } from './plugin-configs.ts'
import { adviceOnFields } from './kong-only.ts'
import { DeclarativeError, Problems } from './problems.ts'
import { resolveEntities } from './resolve-entities.ts'

/**
 * Reads a kong.yml with the kinds of plugins that the edge has. Throws a DeclarativeError that says what is wrong and
 * where, in Kong's words.
 */
export function readDeclarativeFile(file: string, kinds: readonly PluginKind[]): EdgeConfiguration {
  if (!/\.(ya?ml|json)$/.test(file)) throw new DeclarativeError(`unknown file type: ${file}`)
  return parseDeclarative(textOf(file), kinds)
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new DeclarativeError(`${file}: ${code === 'ENOENT' ? 'No such file or directory' : code}`)
  }
}

/** The same of a text. */
export function parseDeclarative(yaml: string, kinds: readonly PluginKind[]): EdgeConfiguration {
  const byName: PluginKinds = new Map(kinds.map((kind) => [kind.name, kind]))
  const content = withoutShorthands(contentOf(yaml))
  const problems = new Problems()
  const parsed = fileSchema.safeParse(content)
  if (!parsed.success) problems.addIssues([], parsed.error.issues)
  const plugins = checkPlugins(content, byName, problems)
  if (!parsed.success || !problems.isEmpty) {
    const advice = [...plugins.advice, ...adviceOnFields(parsed.error?.issues ?? [])]
    throw new DeclarativeError([problems.toString(), ...advice].join('\n'))
  }
  return resolveEntities(parsed.data, plugins.configs)
}

function contentOf(yaml: string): Record<string, unknown> {
  const content = withoutNulls(valueOf(yaml))
  if (isRecord(content)) return content
  throw new DeclarativeError('failed parsing declarative configuration: expected an object')
}

function valueOf(yaml: string): unknown {
  // YAML 1.1, as Kong's parser: `off` is a boolean.
  const document = parseDocument(yaml, {
    version: '1.1',
    merge: true,
    prettyErrors: false,
    strict: false,
    uniqueKeys: false,
  })
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Kong takes a field that is null for one that is not there. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isRecord(value)) return value
  const kept = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutNulls(member)]))
}

/** A service's `url` is its protocol, host, port and path in one. */
function withoutShorthands(content: Record<string, unknown>): Record<string, unknown> {
  if (!Array.isArray(content['services'])) return content
  return {
    ...content,
    services: content['services'].map((service: unknown) => (isRecord(service) ? splitUrl(service) : service)),
  }
}

function splitUrl({ url, ...service }: Record<string, unknown>): Record<string, unknown> {
  if (typeof url !== 'string') return url === undefined ? service : { ...service, url }
  const parts = /^([a-z]+):\/\/(\[[^\]]+\]|[^/:?#]+)(?::(\d+))?(\/[^?#]*)?$/i.exec(url)
  if (!parts) return service
  const [, protocol = '', host, port, path] = parts
  const defaultPort = protocol === 'https' ? 443 : 80
  return { ...service, protocol, host, port: port === undefined ? defaultPort : Number(port), ...(path && { path }) }
}
