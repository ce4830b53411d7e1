import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readDeclarativeFile } from '../../../infra/edge/declarative/read-file.ts'
import { pluginKinds } from '../../../infra/edge/plugins/registry.ts'

// `as`: the file is ours, and README.md describes it.
const recorded = JSON.parse(readFileSync(new URL('bad-configs.json', import.meta.url), 'utf8')) as Record<
  string,
  { readonly exit: number; readonly stderr: readonly string[] }
>

test.each(Object.entries(recorded))('%s is refused in the words of `kong config parse`', (file, { exit, stderr }) => {
  expect(exit).toBe(1)
  const path = fileURLToPath(new URL(`bad-configs/${file}`, import.meta.url))
  const refuse = (): unknown => readDeclarativeFile(path, pluginKinds)
  const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g
  expect(refuse).toThrow(expect.objectContaining({ name: 'DeclarativeError' }))
  expect(`Error: ${messageOf(refuse)}`.replace(uuid, '<uuid>').split('\n')).toEqual(stderr)
})

function messageOf(action: () => unknown): string {
  try {
    action()
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
