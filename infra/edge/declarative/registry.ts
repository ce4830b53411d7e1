import type { Problems } from './problems.ts'

interface Named {
  readonly id: string
  readonly name?: string | undefined
  readonly username?: string | undefined
}

/** The entities of one collection, found by name or id. */
export class Registry<Entity extends Named> {
  readonly all: Entity[] = []
  readonly #byName = new Map<string, Entity>()
  readonly #collection: string
  readonly #problems: Problems

  constructor(collection: string, problems: Problems) {
    this.#collection = collection
    this.#problems = problems
  }

  /** `index` is the entity's place in its list of the file. A name or id that is taken is a problem. */
  add(entity: Entity, index: number, field: 'name' | 'username' = 'name'): Entity {
    const name = entity[field]
    if (name !== undefined && this.#byName.has(name)) this.#refuse(index, field, name)
    else if (this.#byName.has(entity.id)) this.#refuse(index, 'primary key', entity.id)
    if (name !== undefined) this.#byName.set(name, entity)
    this.#byName.set(entity.id, entity)
    this.all.push(entity)
    return entity
  }

  #refuse(index: number, field: string, value: string): void {
    const message = `uniqueness violation: '${this.#collection}' entity with ${field} set to '${value}' already declared`
    this.#problems.add([this.#collection, index], message)
  }

  /** Undefined where there is no reference; one that finds nothing is a problem of the entity `at` that holds it. */
  find(reference: string | undefined, field: string, collection: string, at: string | number): Entity | undefined {
    if (reference === undefined) return undefined
    const found = this.#byName.get(reference)
    if (found) return found
    const message = `invalid reference '${field}: ${reference}' (no such entry in '${this.#collection}')`
    this.#problems.add([collection, at, 0], message)
    return undefined
  }
}
