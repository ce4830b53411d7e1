export type Fields = Record<string, unknown>

export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The fields of a JSON object; undefined for a text that is none. */
export function readJsonFields(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A value as Kong writes it: with every '/' escaped. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('/', '\\/')
}
