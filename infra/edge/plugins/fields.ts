import { z } from 'zod'

/** A record of Kong's schema: a field that it does not know is refused. */
export function record<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, { error: says('expected a record') })
}

export function text(): z.ZodString {
  return z.string({ error: says('expected a string') }).min(1, 'length must be at least 1')
}

export function flag(byDefault: boolean): z.ZodDefault<z.ZodBoolean> {
  return z.boolean({ error: says('expected a boolean') }).default(byDefault)
}

export function number(): z.ZodNumber {
  return z.number({ error: says('expected a number') })
}

export function integer(): z.ZodNumber {
  return z.number({ error: says('expected an integer') }).int('expected an integer')
}

export function between(least: number, most: number): z.ZodNumber {
  const words = `value should be between ${least} and ${most}`
  return integer().min(least, words).max(most, words)
}

export function oneOf<const Values extends readonly [string, ...string[]]>(
  ...values: Values
): z.ZodEnum<{ [Name in Values[number]]: Name }> {
  return z.enum(values, { error: says(`expected one of: ${values.join(', ')}`) })
}

export function listOf<Element extends z.ZodType>(element: Element): z.ZodArray<Element> {
  return z.array(element, { error: says('expected an array') })
}

/** A field of Kong's that no kong.yml of ours needs. */
export const kongOnly = z.undefined({ error: 'the embedded edge does not know this field: run Kong' }).optional()

/** A regular expression as Kong takes it (PCRE; what JavaScript cannot read is refused). */
export function pattern(): z.ZodString {
  return text().refine(isPattern, { error: ({ input }) => `not a regex: ${String(input)}` })
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp
  } catch {
    return false
  }
}

/** Adds a problem of the whole record; `where` puts it under Kong's `'@entity'`, inside `config` or beside it. */
export function refuse(context: z.RefinementCtx, message: string, where?: 'config' | 'plugin'): void {
  context.addIssue({ code: 'custom', message, ...(where && { params: { entityCheck: where } }) })
}

/** Kong's words for a value of the wrong type, and for one that is missing. */
export function says(wrongType: string): (issue: { readonly input: unknown }) => string {
  return ({ input }) => (input === undefined ? 'required field missing' : wrongType)
}
