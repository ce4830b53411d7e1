import type { PluginKind } from '../plugin.ts'
import { adviceOnPlugin } from './kong-only.ts'
import type { ProblemPath, Problems } from './problems.ts'

export type PluginKinds = ReadonlyMap<string, PluginKind>

/** What `config` of each plugin entry comes to with its kind's defaults, by the path of the entry. */
export type PluginConfigs = ReadonlyMap<string, unknown>

/** The key of a plugin entry in PluginConfigs. */
export function placeOf(path: ProblemPath): string {
  return path.join('/')
}

/**
 * Looks at every plugin of the file, wherever it is nested, and adds what is wrong. `advice` names in plain words what
 * real Kong knows and the edge does not.
 */
export function checkPlugins(
  content: Record<string, unknown>,
  kinds: PluginKinds,
  problems: Problems,
): { configs: PluginConfigs; advice: string[] } {
  const configs = new Map<string, unknown>()
  const advice: string[] = []
  for (const { path, entry } of pluginEntries(content)) {
    const name = entry['name']
    if (typeof name !== 'string') continue
    const kind = kinds.get(name)
    if (!kind) {
      problems.add([...path, 'name'], `plugin '${name}' not enabled; add it to the 'plugins' configuration property`)
      advice.push(...[adviceOnPlugin(name) ?? []].flat())
      continue
    }
    const parsed = kind.config.safeParse(entry['config'] ?? {})
    if (parsed.success) configs.set(placeOf(path), parsed.data)
    else problems.addIssues([...path, 'config'], parsed.error.issues)
    const isConsumers = entry['consumer'] !== undefined || path[0] === 'consumers'
    if (isConsumers && !kind.allowsConsumer) problems.add([...path, 'consumer'], 'value must be null')
  }
  return { configs, advice }
}

interface PluginEntry {
  readonly path: ProblemPath
  readonly entry: Record<string, unknown>
}

/** Every entry of a `plugins` list, with its path; lists that are no lists are left to the schema. */
function* pluginEntries(value: unknown, path: ProblemPath = []): Generator<PluginEntry> {
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    if (!['services', 'routes', 'consumers', 'plugins'].includes(name) || !Array.isArray(member)) continue
    for (const [index, item] of member.entries()) {
      if (typeof item !== 'object' || item === null) continue
      const place = [...path, name, index]
      // `as`: an object of a YAML file, whose fields are all unknown.
      if (name === 'plugins') yield { path: place, entry: item as Record<string, unknown> }
      else yield* pluginEntries(item, place)
    }
  }
}
