import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { exchangeOf, partsOf, pluginOf, refusalsOf } from '../../../tests/edge/support/plugin-bench.ts'
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

test('a file that is moved away is made anew', async () => {
  const path = join(folder, 'file.log')
  const plugin = pluginOf(fileLog, { path, reopen: true })
  plugin.log?.(exchangeOf({ path: '/a' }))
  await expect.poll(() => readFile(path, 'utf8').catch(() => '')).toContain('/a')
  await rename(path, `${path}.1`)
  plugin.log?.(exchangeOf({ path: '/b' }))
  await plugin.close?.()
  expect(await uris('file.log.1')).toEqual(['/a'])
})

test('a file that cannot be written is said, and costs no request', async () => {
  const edge = partsOf()
  const plugin = pluginOf(fileLog, { path: join(folder, 'none', 'file.log') }, edge)
  plugin.log?.(exchangeOf())
  await plugin.close?.()
  expect(edge.warnings).toEqual([`the log file ${join(folder, 'none', 'file.log')} cannot be written`])
  expect(refusalsOf(fileLog, { path: '/tmp/*' })).toEqual(['path: not a valid filename'])
})

test('custom fields take secrets out of an entry, and leave the exchange as it was', async () => {
  const path = join(folder, 'file.log')
  const hidden = [
    'request.headers.apikey',
    'request.headers.x-edge-secret',
    'request.headers.none.deeper',
    'route.name',
  ]
  const fields = Object.fromEntries(hidden.map((name, index) => [name, index === 1 ? ' return  nil ' : 'return nil']))
  const plugin = pluginOf(fileLog, { path, custom_fields_by_lua: fields })
  const exchange = exchangeOf({
    headers: [
      ['apikey', 'k'],
      ['X-Edge-Secret', 's'],
      ['X-Kept', '1'],
    ],
  })
  plugin.log?.(exchange)
  await plugin.close?.()
  const entry: unknown = JSON.parse(await readFile(path, 'utf8'))
  expect(entry).toHaveProperty('request.headers', { 'x-kept': '1', host: 'edge.example.com' })
  expect(entry).toHaveProperty('route.id')
  expect(entry).not.toHaveProperty('route.name')
  expect(exchange.request.headers.get('apikey')).toBe('k')
  expect(exchange.route?.name).toBe('r')
})

test.each(['return kong.request.get_path()', 'return 2', 'os.exit()', 'return'])(
  'other Lua (%s) is refused',
  (code) => {
    expect(refusalsOf(fileLog, { path: '/tmp/a', custom_fields_by_lua: { name: code } })).toEqual([
      'custom_fields_by_lua.name: the embedded edge knows `return nil` of Lua: run Kong',
    ])
  },
)
