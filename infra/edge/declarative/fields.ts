import { z } from 'zod'

/** Kong's words for a value of the wrong type, and for one that is missing. */
function expected(type: string): { error: (issue: { input?: unknown }) => string } {
  return { error: ({ input }) => (input === undefined ? 'required field missing' : `expected ${type}`) }
}

export const text = z.string(expected('a string'))
export const flag = z.boolean(expected('a boolean'))
export const tags = z.array(text, expected('a set')).default([])
export const listOf = <Item extends z.ZodType>(item: Item): z.ZodArray<Item> => z.array(item, expected('an array'))

/** A whole number within bounds. */
export function integer(min: number, max: number): z.ZodNumber {
  const error = `value should be between ${min} and ${max}`
  return z.int(expected('an integer')).min(min, { error }).max(max, { error })
}

export function decimal(min: number, max: number): z.ZodNumber {
  const error = `value should be between ${min} and ${max}`
  return z.number(expected('a number')).min(min, { error }).max(max, { error })
}

export function oneOf<const Value extends string>(values: readonly Value[]): z.ZodEnum<{ [Name in Value]: Name }> {
  return z.enum(values, expected(`one of: ${values.join(', ')}`))
}

/** Fields that every entity may carry. */
export const common = {
  id: z.uuid({ error: 'expected a valid UUID' }).optional(),
  tags,
  created_at: z.int(expected('an integer')).optional(),
  updated_at: z.int(expected('an integer')).optional(),
}

export function entity<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, expected('a record'))
}

/** What `name` must look like. */
export const entityName = text.refine((name) => /^[\w.~\-\u0080-\uffff]+$/.test(name), {
  error: ({ input }) =>
    `invalid value '${String(input)}': the only accepted ascii characters are alphanumerics or ., -, _, and ~`,
})

export const header = z.record(text, z.array(text, expected('an array')), expected('a map'))
