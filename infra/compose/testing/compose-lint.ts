import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DCLinter } from 'dclint'

/** A compose file as compose reads it with nothing but secrets in the environment. */
export function interpolate(content: string): string {
  return content.replaceAll(/\$\{\w+:-([^}]*)\}/gu, '$1').replaceAll(/\$\{\w+:\?[^}]*\}/gu, 'a-password')
}

/** What dclint says of a compose file, the order of its keys aside: ours tells a story. */
export function problemsOf(content: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'movieverse-compose-'))
  try {
    const path = join(folder, 'compose.yaml')
    writeFileSync(path, interpolate(content))
    const orders = ['service-keys', 'services-alphabetical', 'top-level-properties', 'service-ports-alphabetical']
    const rules = Object.fromEntries(orders.map((name) => [`${name}-order`, 0 as const]))
    const [result] = new DCLinter({ rules, quiet: false, debug: false, exclude: [] }).lintFiles([path], false)
    if (!result) return ['not read']
    return result.messages.map(({ line, message }: { line: number; message: string }) => `${line}: ${message}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
