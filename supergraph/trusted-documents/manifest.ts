import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Kind, parse } from 'graphql'
import { z } from 'zod'

/** Texts of documents by their SHA-256 in hex. */
export type Manifest = ReadonlyMap<string, string>

const shape = z.record(z.string(), z.string())

/** The SHA-256 of a document's text, in hex. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/**
 * Reads a manifest, a JSON object `{"<sha256 hex>": "query …"}`. Throws an Error that lists every entry whose hash is not
 * its text's, that cannot be parsed, or that does not hold exactly one operation.
 */
export function readManifest(file: string): Manifest {
  const documents = shape.safeParse(jsonOf(file))
  if (!documents.success) throw new Error(`${file} must hold a JSON object of SHA-256 hashes and document texts`)
  const entries = Object.entries(documents.data).map(([hash, text]) => [hash.toLowerCase(), text] as const)
  const problems = entries.flatMap(([hash, text]) => problemOf(hash, text).map((problem) => `  ${hash}: ${problem}`))
  if (problems.length > 0) throw new Error([`${file} cannot be used:`, ...problems].join('\n'))
  return new Map(entries)
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new Error(`cannot read ${file}: ${String(cause)}`, { cause })
  }
}

function problemOf(hash: string, text: string): string[] {
  if (hash !== hashOf(text)) return [`is not the hash of its text, which is ${hashOf(text)}`]
  try {
    const operations = parse(text).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
    return operations.length === 1 ? [] : ['must hold one operation']
  } catch (error) {
    return [String(error)]
  }
}
