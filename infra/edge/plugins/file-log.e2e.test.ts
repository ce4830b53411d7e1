import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { exchangeOf, partsOf, pluginOf, refusalsOf } from '../testing/plugin-bench.ts'
import { fileLog } from './file-log.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'movieverse-log-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function uris(file: string): Promise<string[]> {
  const lines = (await readFile(join(folder, file), 'utf8')).trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line).request.uri)
}

test('every exchange is one line of the file, in order, and closing waits for the last', async () => {
  const plugin = pluginOf(fileLog, { path: join(folder, 'file.log') })
  for (let number = 0; number < 100; number++) plugin.log?.(exchangeOf({ path: `/${number}` }))
  await plugin.close?.()
  expect(await uris('file.log')).toEqual(Array.from({ length: 100 }, (_, number) => `/${number}`))
})

test('a file that is moved away is made anew with reopen, and written on without', async () => {
  for (const [reopen, kept] of [
    [true, ['/a']],
    [false, ['/a', '/b']],
  ] as const) {
    const path = join(folder, `${reopen}.log`)
    const plugin = pluginOf(fileLog, { path, reopen })
    plugin.log?.(exchangeOf({ path: '/a' }))
    await expect.poll(() => readFile(path, 'utf8').catch(() => '')).toContain('/a')
    await rename(path, `${path}.1`)
    plugin.log?.(exchangeOf({ path: '/b' }))
    await plugin.close?.()
    expect(await uris(`${reopen}.log.1`)).toEqual(kept)
  }
})

test('a file that cannot be written is said, and costs no request', async () => {
  const edge = partsOf()
  const plugin = pluginOf(fileLog, { path: join(folder, 'none', 'file.log') }, edge)
  plugin.log?.(exchangeOf())
  await plugin.close?.()
  expect(edge.warnings).toEqual([`the log file ${join(folder, 'none', 'file.log')} cannot be written`])
  expect(refusalsOf(fileLog, { path: '/tmp/*' })).toEqual(['path: not a valid filename'])
})
