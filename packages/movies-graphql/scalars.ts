import { PublicError } from '@movieverse/service/errors.ts'
import { Kind, type ValueNode } from 'graphql'
import { parseCountryCode, parseLanguageCode, parseRegionCode } from './codes.ts'

/** How mercurius takes a scalar: plain functions, so that the SDL's own description stays. */
export interface ScalarResolver {
  serialize(value: unknown): unknown
  parseValue(value: unknown): unknown
  parseLiteral(node: ValueNode): unknown
}

/** The scalars of every subgraph. Resolvers get codes, dates and times as text, and answer times as Date. */
export const scalars = {
  RegionCode: textScalar(parseRegionCode),
  CountryCode: textScalar(parseCountryCode),
  LanguageCode: textScalar(parseLanguageCode),
  Date: textScalar(parseDate),
  DateTime: { ...textScalar(parseDateTime), serialize: serializeDateTime },
  BigInt: { serialize: safeInteger, parseValue: safeInteger, parseLiteral: intLiteral },
} satisfies Record<string, ScalarResolver>

/**
 * Codes may be written as text ("IN") or as a bare word (IN), which GraphQL reads as an enum literal. A PublicError
 * that a scalar throws arrives at the error formatter as the cause of graphql's own error about the place.
 */
function textScalar(parse: (text: string) => string): ScalarResolver {
  const parseValue = (value: unknown): string => {
    if (typeof value === 'string') return parse(value)
    throw new PublicError('BAD_USER_INPUT', 'a text is expected here')
  }
  return {
    serialize: (value) => value,
    parseValue,
    parseLiteral: (node) => parseValue(node.kind === Kind.STRING || node.kind === Kind.ENUM ? node.value : undefined),
  }
}

function parseDate(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && isoTimeOf(`${text}T00:00:00Z`)?.startsWith(text)) return text
  throw new PublicError('BAD_USER_INPUT', 'this is not a date: YYYY-MM-DD')
}

const dateTimePattern = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

/** Answers ISO text in UTC, not a Date: graphql-jit keeps the default values of variables as JSON. */
function parseDateTime(text: string): string {
  const match = text.length <= 40 ? dateTimePattern.exec(text) : null
  const time = match?.[1] && parseDate(match[1]) ? isoTimeOf(text) : undefined
  if (time) return time
  throw new PublicError('BAD_USER_INPUT', 'this is not a time: YYYY-MM-DDTHH:MM:SSZ')
}

function isoTimeOf(text: string): string | undefined {
  const time = new Date(text)
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString()
}

function serializeDateTime(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  throw new TypeError('a resolver answered a time that is no Date')
}

function safeInteger(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw new PublicError('BAD_USER_INPUT', 'this is not a whole number below 2^53')
}

function intLiteral(node: ValueNode): number {
  return safeInteger(node.kind === Kind.INT ? Number(node.value) : undefined)
}
