const written = new WeakMap<object, Readonly<Record<string, unknown>>>()

/** An entity as Kong writes it in logs and answers: others by id, and without lists and records that are empty. */
export function entityJson(entity: object): Readonly<Record<string, unknown>> {
  let json = written.get(entity)
  if (!json) written.set(entity, (json = write(entity)))
  return json
}

function write(entity: object): Record<string, unknown> {
  const fields = Object.entries(entity).map(([name, value]: [string, unknown]) => {
    const isReference = typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
    return [name, isReference ? { id: value.id } : value] as const
  })
  return Object.fromEntries(fields.filter(([name, value]) => name === 'tags' || !isEmpty(value)))
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
