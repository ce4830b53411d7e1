import { z } from 'zod'

/** Kong's words for a value of the wrong type, and for one that is missing. */
function says(wrongType: string): (issue: { readonly input: unknown }) => string {
  return ({ input }) => (input === undefined ? 'required field missing' : wrongType)
}

export const text = z.string({ error: says('expected a string') }).min(1, 'length must be at least 1')
export const number = z.number({ error: says('expected a number') })
export const integer = z.number({ error: says('expected an integer') }).int('expected an integer')

/** A record of Kong's schema: a field that it does not know is refused. */
export function record<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, { error: says('expected a record') })
}

export function flag(byDefault: boolean): z.ZodDefault<z.ZodBoolean> {
  return z.boolean({ error: says('expected a boolean') }).default(byDefault)
}

/** A number, or an integer, from one bound to the other. */
export function between(least: number, most: number, kind: z.ZodNumber = integer): z.ZodNumber {
  const words = `value should be between ${least} and ${most}`
  return kind.min(least, words).max(most, words)
}

export function oneOf<const Values extends readonly [string, ...string[]]>(
  ...values: Values
): z.ZodEnum<{ [Name in Values[number]]: Name }> {
  return z.enum(values, { error: says(`expected one of: ${values.join(', ')}`) })
}

/** One of Kong's values, of which the edge knows some; `all` has them in Kong's order. */
export function oneOfKongs<const Known extends readonly [string, ...string[]]>(
  known: Known,
  others: readonly string[],
  all: readonly string[] = [...known, ...others],
): z.ZodEnum<{ [Name in Known[number]]: Name }> {
  const expected = says(`expected one of: ${all.join(', ')}`)
  return z.enum(known, {
    error: (issue) =>
      others.includes(String(issue.input))
        ? `the embedded edge does not know '${String(issue.input)}': run Kong`
        : expected(issue),
  })
}

export function listOf<Element extends z.ZodType>(element: Element): z.ZodArray<Element> {
  return z.array(element, { error: says('expected an array') })
}

export function setOf<Element extends z.ZodType>(element: Element): z.ZodArray<Element> {
  return z.array(element, { error: says('expected a set') })
}

/** A text that passes a test, or matches a regex; `problem` says what is wrong where it does not. */
export function textThat(test: RegExp | ((value: string) => boolean), problem: (value: string) => string): z.ZodString {
  const passes = test instanceof RegExp ? (value: string): boolean => test.test(value) : test
  return text.refine(passes, { error: ({ input }) => problem(String(input)) })
}

/** A text of which a test finds nothing to say, in Kong's words. */
export function textWithout(problemOf: (value: string) => string | undefined): z.ZodString {
  return textThat(
    (value) => problemOf(value) === undefined,
    (value) => problemOf(value) ?? '',
  )
}

export const headerName = textThat(
  /^[\w-]+$/,
  (name) => `bad header name '${name}', allowed characters are A-Z, a-z, 0-9, '_', and '-'`,
)

/** A regular expression as Kong takes it (PCRE; what JavaScript cannot read is refused). */
export const pattern = textThat(isPattern, (source) => `not a regex: ${source}`)

/** Whether JavaScript reads a text as a regular expression. */
export function isPattern(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp
  } catch {
    return false
  }
}

/** Adds a problem of the whole record; `where` puts it under Kong's `'@entity'`, inside the record or beside it. */
export function refuse(context: z.RefinementCtx, message: string, where?: 'config' | 'plugin'): void {
  context.addIssue({ code: 'custom', message, ...(where && { params: { entityCheck: where } }) })
}

const absent = z.undefined({ error: 'the embedded edge does not know this field: run Kong' }).optional()

/** Fields of a plugin that Kong has and no kong.yml of ours needs. */
export function kongOnly<Name extends string>(...names: readonly Name[]): Readonly<Record<Name, typeof absent>> {
  // `as`: fromEntries forgets which names there are.
  return Object.fromEntries(names.map((name) => [name, absent])) as Record<Name, typeof absent>
}

/** A record whose absence means its defaults. */
export function part<Shape extends z.ZodRawShape>(shape: Shape): z.ZodPrefault<ReturnType<typeof record<Shape>>> {
  return record(shape).prefault({} as never) // `as`: every field of these records has a default
}
