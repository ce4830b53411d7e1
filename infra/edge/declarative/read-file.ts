import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isRecord, type Fields } from '../json-fields.ts'
import type { PluginKind } from '../plugin.ts'
import { collections, fileSchema, type CollectionName, type EdgeConfiguration } from './entities.ts'
import { DeclarativeError, Problems, type ProblemPath } from './problems.ts'
import { entityId } from './uuid.ts'
import { readYaml } from './yaml.ts'

/**
 * Reads a kong.yml with the kinds of plugins that the edge has. Throws a DeclarativeError that says what is wrong and
 * where, in Kong's words.
 */
export function readDeclarativeFile(file: string, kinds: readonly PluginKind[]): EdgeConfiguration {
  if (!/\.(ya?ml|json)$/.test(file)) throw new DeclarativeError(`unknown file type: ${file}`)
  try {
    return parseDeclarative(readFileSync(file, 'utf8'), kinds)
  } catch (error) {
    if (error instanceof DeclarativeError || !(error instanceof Error && 'code' in error)) throw error
    throw new DeclarativeError(`${file}: ${error.code === 'ENOENT' ? 'No such file or directory' : String(error.code)}`)
  }
}

/** The same of a text. */
export function parseDeclarative(yaml: string, kinds: readonly PluginKind[]): EdgeConfiguration {
  const problems = new Problems()
  const entries: Entry[] = []
  const rest = takeEntries(readYaml(yaml), collectionNames, { entries, problems }, [])
  const parsed = fileSchema.safeParse(rest)
  if (!parsed.success) problems.addIssues([], parsed.error.issues)
  const isOld = parsed.data?._format_version !== '3.0'
  for (const entry of entries) check(isOld ? upgraded(entry) : entry, kinds, problems)
  problems.throwIfAny()
  const configuration = resolve(entries, problems)
  problems.throwIfAny()
  return configuration
}

/** One entity of the file on its way: its fields as written, then checked, then with its id and what it refers to. */
interface Entry {
  readonly collection: CollectionName
  readonly path: ProblemPath
  /** The entity that it is nested in. */
  readonly parent: Entry | undefined
  fields: Fields
}

interface Reading {
  readonly entries: Entry[]
  readonly problems: Problems
}

// `as`: the keys of a constant.
const collectionNames = Object.keys(collections) as CollectionName[]

/** Takes the entities of these collections out of a record, and out of them those that they hold; answers the rest. */
function takeEntries(
  fields: Fields,
  names: readonly CollectionName[],
  reading: Reading,
  path: ProblemPath,
  parent?: Entry,
): Fields {
  const rest = { ...fields }
  for (const collection of names) {
    const list = fields[collection] ?? []
    delete rest[collection]
    if (!Array.isArray(list)) reading.problems.add([...path, collection], 'expected an array')
    else {
      list.forEach((item: unknown, index) => {
        const entry: Entry = { collection, path: [...path, collection, index], parent, fields: {} }
        if (!isRecord(item)) return reading.problems.add(entry.path, 'expected a record')
        reading.entries.push(entry)
        entry.fields = takeEntries(item, collections[collection].nested, reading, entry.path, entry)
      })
    }
  }
  return rest
}

/** Before format 3.0 a route's path was a regex wherever it had more than plain characters. */
function upgraded(entry: Entry): Entry {
  const { paths } = entry.fields
  if (entry.collection !== 'routes' || !Array.isArray(paths)) return entry
  entry.fields['paths'] = paths.map((path: unknown) => {
    return typeof path === 'string' && /^\/.*[^\w.\-~/%]/.test(path) ? `~${path}` : path
  })
  return entry
}

/** Checks an entity by its schema, which fills in its defaults. */
function check(entry: Entry, kinds: readonly PluginKind[], problems: Problems): void {
  const { collection, path, fields } = entry
  const parsed = collections[collection].schema.safeParse(collection === 'services' ? withUrlSplit(fields) : fields)
  if (parsed.success) entry.fields = parsed.data
  else problems.addIssues(path, parsed.error.issues)
  const { name } = fields
  if (collection !== 'plugins' || typeof name !== 'string') return
  const kind = kinds.find((one) => one.name === name)
  if (!kind) return problems.addUnknownPlugin(path, name)
  const config = kind.config.safeParse(fields['config'] ?? {})
  if (config.success) entry.fields['config'] = config.data
  else problems.addIssues([...path, 'config'], config.error.issues)
  const isConsumers = fields['consumer'] !== undefined || entry.parent?.collection === 'consumers'
  if (isConsumers && !kind.allowsConsumer) problems.add([...path, 'consumer'], 'value must be null')
}

/** A service's `url` is its protocol, host, port and path in one. */
function withUrlSplit({ url, ...service }: Fields): Fields {
  if (typeof url !== 'string') return url === undefined ? service : { ...service, url }
  const parts = /^([a-z]+):\/\/(\[[^\]]+\]|[^/:?#]+)(?::(\d+))?(\/[^?#]*)?$/i.exec(url)
  if (!parts) return service
  const [, protocol = '', host, port, path] = parts
  const defaultPort = protocol === 'https' ? 443 : 80
  return { ...service, protocol, host, port: port === undefined ? defaultPort : Number(port), ...(path && { path }) }
}

/** Gives every entity its id and, in the place of names, the entities that it refers to. */
function resolve(entries: readonly Entry[], problems: Problems): EdgeConfiguration {
  const known = new Map<string, Fields>()
  const configuration = Object.fromEntries(
    collectionNames.map((name) => {
      const own = entries.filter(({ collection }) => collection === name)
      for (const entry of own) {
        refer(entry, known, problems)
        register(entry, known, problems)
      }
      return [name, own.map(({ fields }) => fields)]
    }),
  )
  // `as`: every entity has been checked by its schema.
  return configuration as unknown as EdgeConfiguration
}

/** The collections come in such an order that everything referred to is known. */
const references = { service: 'services', route: 'routes', consumer: 'consumers' } as const

function refer(
  { collection, path, parent, fields }: Entry,
  known: ReadonlyMap<string, Fields>,
  problems: Problems,
): void {
  for (const [field, target] of Object.entries(references)) {
    const name = fields[field]
    if (parent?.collection === target) fields[field] = parent.fields
    else if (typeof name === 'string') {
      fields[field] = known.get(`${target}/${name}`)
      const message = `invalid reference '${field}: ${name}' (no such entry in '${target}')`
      const route = collection === 'routes' ? labelOf(collection, fields) : undefined
      if (!fields[field]) problems.add([collection, route ?? Number(path.at(-1)), 0], message)
    }
  }
  const isOwned = ['keyauth_credentials', 'oauth2_credentials', 'acls'].includes(collection)
  if (isOwned && !('consumer' in fields)) problems.add([...path, 'consumer'], 'required field missing')
}

/** The value of an entity's key, undefined where it has none. */
function labelOf(collection: CollectionName, fields: Fields): string | undefined {
  const { key } = collections[collection]
  const label = key && fields[key]
  return typeof label === 'string' ? label : undefined
}

function register({ collection, path, fields }: Entry, known: Map<string, Fields>, problems: Problems): void {
  const { key } = collections[collection]
  const label = collection === 'plugins' ? scopeOf(fields) : labelOf(collection, fields)
  const id = typeof fields['id'] === 'string' ? fields['id'] : idOf(collection, label)
  const isTaken = label !== undefined && known.has(`${collection}/${label}`)
  if (isTaken || known.has(`${collection}/${id}`)) {
    const [field, value] = isTaken && key ? [key, label] : ['primary key', id]
    const message = `uniqueness violation: '${collection}' entity with ${field} set to '${value}' already declared`
    problems.add([collection, Number(path.at(-1))], message)
  }
  Object.assign(fields, { id, ...(key === 'name' && { name: label ?? id }) })
  known.set(`${collection}/${label ?? id}`, fields).set(`${collection}/${id}`, fields)
}

/** One plugin of a kind may stand in a scope. */
function scopeOf({ name, route, service, consumer }: Fields): string {
  const parts = [route, service, consumer].map((entity) => (isRecord(entity) ? entity['id'] : ''))
  return ['plugins:*', name, ...parts].join(':')
}

/** Kong's are random for credentials; ours of clients outlive a restart, since stored tokens name them. */
function idOf(collection: CollectionName, label: string | undefined): string {
  return label === undefined || collection === 'keyauth_credentials' ? randomUUID() : entityId(collection, label)
}
