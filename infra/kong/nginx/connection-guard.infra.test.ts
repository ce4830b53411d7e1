import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { freePort } from '../../../tests/support/mariadb.ts'
import { neverDropped } from '../template/template.ts'

const guard = fileURLToPath(new URL('connection-guard.conf', import.meta.url))

test('the guard refuses what the route of kong.yml refuses', () => {
  expect(readFileSync(guard, 'utf8')).toContain(`if ($http_connection ~* "${neverDropped}") {`)
})

describe.skipIf(!inject('nginx'))('nginx with the guard', () => {
  const folder = mkdtempSync(join(tmpdir(), 'movieverse-nginx-'))
  let nginx: ChildProcess
  let port: number

  beforeAll(async () => {
    port = await freePort()
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
      events {}
      http {
        access_log off; ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
        server { listen 127.0.0.1:${port}; include ${guard}; location / { return 204; } }
      }`,
    )
    nginx = spawn(inject('nginx'), ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' })
    await vi.waitFor(() => ask([]), 10_000)
  })
  afterAll(async () => {
    nginx.kill()
    await once(nginx, 'exit')
    rmSync(folder, { recursive: true })
  })

  async function ask(headers: readonly string[]): Promise<number> {
    const asked = request({ port, host: '127.0.0.1', headers: ['Host', 'a.test', ...headers], agent: false }).end()
    const [answer] = await once(asked, 'response')
    answer.resume()
    return answer.statusCode
  }
  const others = Array.from({ length: 150 }, (_, index) => [`X-Other-${index}`, '1']).flat()

  test.each([
    'content-length',
    'keep-alive, Content-Length',
    'X-Edge-Secret',
    'close, x-consumer-id',
    'Host',
    'Cookie',
  ])('a request whose Connection names %s is refused, behind however many headers', async (named) => {
    expect(await ask(['Connection', named])).toBe(400)
    expect(await ask([...others, 'Connection', named])).toBe(400)
  })

  test.each(['keep-alive', 'close', 'Upgrade', 'keep-alive, Upgrade', 'TE'])('Connection: %s passes', async (named) => {
    expect(await ask([...others, 'Connection', named])).toBe(204)
  })
})
