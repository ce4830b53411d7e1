import { z } from 'zod'
import { between, listOf, record, says } from '../plugins/fields.ts'

export const text = z.string({ error: says('expected a string') })
export const flag = z.boolean({ error: says('expected a boolean') })

export function decimal(min: number, max: number): z.ZodNumber {
  const words = `value should be between ${min} and ${max}`
  return z
    .number({ error: says('expected a number') })
    .min(min, words)
    .max(max, words)
}

/** Fields that every entity may carry. */
const common = {
  id: z.uuid({ error: 'expected a valid UUID' }).optional(),
  tags: z.array(text, { error: says('expected a set') }).default([]),
  created_at: between(0, Number.MAX_SAFE_INTEGER).optional(),
  updated_at: between(0, Number.MAX_SAFE_INTEGER).optional(),
}

/** A record of these fields and of those that every entity may carry. */
export function entity<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<typeof common & Shape, z.core.$strict> {
  return record({ ...common, ...shape })
}

/** What `name` must look like. */
export const entityName = text.refine((name) => /^[\w.~\-\u0080-\uffff]+$/.test(name), {
  error: ({ input }) =>
    `invalid value '${String(input)}': the only accepted ascii characters are alphanumerics or ., -, _, and ~`,
})

export const header = z.record(text, listOf(text), { error: says('expected a map') })
