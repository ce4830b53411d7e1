import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Agent } from 'undici'
import { runCommand, type RunningCommand } from '../../../tests/support/command.ts'

let folder = ''
let films: Server
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'movieverse-kill-'))
  films = createServer((request, response) => response.end(String(request.headers['x-authenticated-userid']))).listen(0)
  await once(films, 'listening')
  const { port } = films.address() as AddressInfo // it listens on TCP
  await writeFile(join(folder, 'kong.yml'), kongYml(port))
})
afterEach(async () => {
  films.closeAllConnections()
  films.close()
  await rm(folder, { recursive: true })
})

function kongYml(port: number): string {
  return `
_format_version: "3.0"
services:
- name: films
  url: http://127.0.0.1:${port}
  routes: [{name: films, paths: [/]}]
  plugins:
  - {name: oauth2, config: {enable_password_grant: true, provision_key: provision, global_credentials: true}}
consumers:
- username: website
  oauth2_credentials:
  - {name: website, client_id: website, client_secret: secret, redirect_uris: [https://www.example.com/callback]}
`
}

interface Started {
  readonly command: RunningCommand
  readonly http: string
  readonly https: string
}

async function start(): Promise<Started> {
  const ports = { PORT: '0', EDGE_HTTP_PORT: '0', EDGE_HTTPS_PORT: '0', EDGE_STATUS_PORT: '0' }
  const command = runCommand(['infra/edge/main.ts'], {
    ...ports,
    KONG_CONFIG: join(folder, 'kong.yml'),
    EDGE_DATA_FOLDER: folder,
    EDGE_DATABASE_URL: `sqlite:${join(folder, 'edge.sqlite')}`,
  })
  await command.printed('the edge listens')
  const portOf = (name: string): string => new RegExp(`"${name}":(\\d+)`).exec(command.output())?.[1] ?? ''
  return { command, http: `http://127.0.0.1:${portOf('http')}/`, https: `https://localhost:${portOf('https')}/` }
}

async function token({ https }: Started, fields: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const agent = new Agent({ connect: { ca: readFileSync(join(folder, 'edge.crt'), 'utf8') } })
  const { origin } = new URL(https)
  const body = new URLSearchParams({ client_id: 'website', client_secret: 'secret', ...fields }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await agent.request({ origin, path: '/oauth2/token', method: 'POST', headers, body })
  const content = await answer.body.json()
  await agent.close()
  return content as Record<string, string> // the token endpoint answers with texts
}

async function userOf({ http }: Started, access: string | undefined): Promise<string | number> {
  const answer = await fetch(http, { headers: { authorization: `Bearer ${access}`, connection: 'close' } })
  return answer.ok ? answer.text() : answer.status
}

test('a token that was given out survives a kill of the edge, and one that was rotated away stays dead', async () => {
  const first = await start()
  const user = { grant_type: 'password', provision_key: 'provision', authenticated_userid: 'user-17' }
  const old = await token(first, user)
  const kept = await token(first, user)
  const next = await token(first, { grant_type: 'refresh_token', refresh_token: old['refresh_token'] ?? '' })
  first.command.signal('SIGKILL')
  await first.command.ended

  const second = await start()
  await using _command = second.command
  expect(await userOf(second, kept['access_token'])).toBe('user-17')
  expect(await userOf(second, next['access_token'])).toBe('user-17')
  expect(await userOf(second, old['access_token'])).toBe(401)
  expect(await token(second, { grant_type: 'refresh_token', refresh_token: old['refresh_token'] ?? '' })).toEqual({
    error: 'invalid_request',
    error_description: 'Invalid refresh_token',
  })
  expect(readFileSync(join(folder, 'edge.sqlite'), 'latin1')).not.toContain(kept['access_token'])
})
