import { randomBytes, randomUUID } from 'node:crypto'
import type { ConsumerEntity, EdgeConfiguration, PluginEntity, RouteEntity, ServiceEntity } from './entities.ts'
import { consumerOf, routeOf, serviceOf, upstreamOf } from './entity-shapes.ts'
import type { ConsumerContent, FileContent, PluginContent, RouteContent } from './file-schema.ts'
import { placeOf, type PluginConfigs } from './plugin-configs.ts'
import { DeclarativeError, Problems, type ProblemPath } from './problems.ts'
import { Registry } from './registry.ts'
import { entityId } from './uuid.ts'

/** Where a plugin, route or credential is nested. */
interface Parents {
  readonly service?: ServiceEntity
  readonly route?: RouteEntity
  readonly consumer?: ConsumerEntity
}

/** Gives every entity of a valid file its id and its references. Throws a DeclarativeError for those that do not fit. */
export function resolveEntities(file: FileContent, configs: PluginConfigs): EdgeConfiguration {
  const problems = new Problems()
  const resolution = new Resolution(problems, configs)
  const configuration = resolution.resolve(file)
  if (!problems.isEmpty) throw new DeclarativeError(problems.toString())
  return configuration
}

type Mutable<Type> = {
  -readonly [Key in keyof Type]: Array<Type[Key] extends ReadonlyArray<infer Item> ? Item : never>
}

class Resolution {
  readonly #problems: Problems
  readonly #configs: PluginConfigs
  readonly #services: Registry<ServiceEntity>
  readonly #routes: Registry<RouteEntity>
  readonly #consumers: Registry<ConsumerEntity>
  readonly #uniques = new Set<string>()
  readonly #rest: Pick<Mutable<EdgeConfiguration>, 'upstreams' | 'plugins' | 'keys' | 'clients' | 'groups'> = {
    upstreams: [],
    plugins: [],
    keys: [],
    clients: [],
    groups: [],
  }

  constructor(problems: Problems, configs: PluginConfigs) {
    this.#problems = problems
    this.#configs = configs
    this.#services = new Registry('services', problems)
    this.#routes = new Registry('routes', problems)
    this.#consumers = new Registry('consumers', problems)
  }

  resolve(file: FileContent): EdgeConfiguration {
    // References are by name and may point forward: the named come first.
    const services = file.services.map((content, index) => this.#services.add(serviceOf(content), index))
    const consumers = file.consumers.map((content, index) =>
      this.#consumers.add(consumerOf(content), index, 'username'),
    )
    const nested = file.services.map(({ routes }, at) =>
      routes.map((route, index) => this.#addRoute(route, index, services[at])),
    )
    const top = file.routes.map((route, index) => this.#addRoute(route, index, undefined))
    file.upstreams.forEach((upstream, index) => {
      this.#claim('upstreams', 'name', upstream.name, index)
      this.#rest.upstreams.push(upstreamOf(upstream))
    })
    file.services.forEach((content, at) => {
      const service = services[at]
      if (!service) return
      content.plugins.forEach((plugin, index) =>
        this.#addPlugin(plugin, ['services', at, 'plugins', index], { service }),
      )
      content.routes.forEach(({ plugins }, index) => {
        const path = ['services', at, 'routes', index]
        this.#addRoutePlugins(plugins, path, nested[at]?.[index])
      })
    })
    file.routes.forEach(({ plugins }, index) => this.#addRoutePlugins(plugins, ['routes', index], top[index]))
    file.consumers.forEach((content, at) => this.#addOwned(content, ['consumers', at], consumers[at]))
    this.#addOwned(file, [], undefined)
    return { services: this.#services.all, routes: this.#routes.all, consumers: this.#consumers.all, ...this.#rest }
  }

  #addRoute(content: RouteContent, index: number, parent: ServiceEntity | undefined): RouteEntity {
    const service = parent ?? this.#services.find(content.service, 'service', 'routes', content.name ?? index)
    return this.#routes.add(routeOf(content, service), index)
  }

  #addRoutePlugins(plugins: readonly PluginContent[], path: ProblemPath, route: RouteEntity | undefined): void {
    if (!route) return
    plugins.forEach((plugin, index) => this.#addPlugin(plugin, [...path, 'plugins', index], { route }))
  }

  /** Plugins, keys, clients and groups of a consumer, or of the file's top. */
  #addOwned(content: Owned, path: ProblemPath, consumer: ConsumerEntity | undefined): void {
    const parents = consumer ? { consumer } : {}
    content.plugins.forEach((plugin, index) => this.#addPlugin(plugin, [...path, 'plugins', index], parents))
    content.keyauth_credentials.forEach((credential, index) => {
      const owner = consumer ?? this.#consumers.find(credential.consumer, 'consumer', 'keyauth_credentials', index)
      this.#claim('keyauth_credentials', 'key', credential.key, index)
      if (owner) this.#rest.keys.push({ id: credential.id ?? randomUUID(), key: credential.key, consumer: owner })
    })
    content.oauth2_credentials.forEach((credential, index) => {
      const owner = consumer ?? this.#consumers.find(credential.consumer, 'consumer', 'oauth2_credentials', index)
      const clientId = credential.client_id ?? generatedText()
      this.#claim('oauth2_credentials', 'client_id', clientId, index)
      if (!owner) return
      this.#rest.clients.push({
        // Kong's is random where kong.yml gives none; ours outlives a restart, since stored tokens name it.
        id: credential.id ?? entityId('oauth2_credentials', clientId),
        name: credential.name,
        clientId,
        clientSecret: credential.client_secret ?? generatedText(),
        isPublic: credential.client_type === 'public',
        isHashed: credential.hash_secret,
        redirectUris: credential.redirect_uris,
        consumer: owner,
      })
    })
    content.acls.forEach(({ group, consumer: name }, index) => {
      const owner = consumer ?? this.#consumers.find(name, 'consumer', 'acls', index)
      if (owner) this.#rest.groups.push({ group, consumer: owner })
    })
  }

  #addPlugin(content: PluginContent, path: ProblemPath, parents: Parents): void {
    const index = Number(path.at(-1))
    const service = parents.service ?? this.#services.find(content.service, 'service', 'plugins', index)
    const route = parents.route ?? this.#routes.find(content.route, 'route', 'plugins', index)
    const consumer = parents.consumer ?? this.#consumers.find(content.consumer, 'consumer', 'plugins', index)
    const scope = [content.name, route?.id, service?.id, consumer?.id].map((part) => part ?? '').join(':')
    const plugin: PluginEntity = {
      id: content.id ?? entityId('plugins', `plugins:*:${scope}`),
      name: content.name,
      enabled: content.enabled,
      config: this.#configs.get(placeOf(path)),
      service,
      route,
      consumer,
    }
    this.#claim('plugins', 'primary key', plugin.id, index, scope)
    this.#rest.plugins.push(plugin)
  }

  #claim(collection: string, field: string, value: string, index: number, identity = value): void {
    const claim = JSON.stringify([collection, field, identity])
    if (!this.#uniques.has(claim)) this.#uniques.add(claim)
    else this.#problems.add([collection, index], uniquenessViolation(collection, field, value))
  }
}

type Owned = Pick<ConsumerContent, 'plugins' | 'keyauth_credentials' | 'oauth2_credentials' | 'acls'>

function uniquenessViolation(collection: string, field: string, value: string): string {
  return `uniqueness violation: '${collection}' entity with ${field} set to '${value}' already declared`
}

/** As Kong makes client ids and secrets that a file leaves out: 32 letters and digits. */
function generatedText(): string {
  return randomBytes(48).toString('base64').replaceAll(/[+/=]/g, '').slice(0, 32)
}
