import { randomBytes } from 'node:crypto'
import { gzipSync, gunzipSync } from 'node:zlib'
import { connect, isIP } from 'node:net'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ask, bearer, headerOf, json, onlySeen, type Asked, type Header } from './support/asking.ts'
import { isTrusted } from './support/foreign-edge.ts'
import { startTestEdge, type TestEdge } from './support/test-edge.ts'
import { accessTokenOf, askToken, secretOf, serviceForm } from './support/tokens.ts'

let edge: TestEdge
let token = ''
beforeAll(async () => {
  edge = await startTestEdge()
  const form = serviceForm({ client_id: 'website', client_secret: secretOf('website') })
  token = accessTokenOf(await askToken(edge, form))
})
afterAll(() => edge[Symbol.asyncDispose]())
afterEach(() => edge.echo.answer())

const get = (headers: readonly Header[] = [], path = '/graphql'): Promise<Asked> =>
  ask(edge, { path, headers: [bearer(token), ...headers] })

describe('a service is told', () => {
  test.skipIf(isTrusted)('where the request came from, and not where the client says', async () => {
    const claims: Header[] = [
      ['X-Forwarded-For', '203.0.113.9'],
      ['X-Real-IP', '203.0.113.9'],
      ['X-Forwarded-Proto', 'https'],
      ['X-Forwarded-Host', 'evil.example.com'],
    ]
    const request = onlySeen(await get(claims))
    const address = headerOf(request, 'X-Real-IP') ?? ''
    expect(address).not.toBe('203.0.113.9')
    expect(isIP(address)).not.toBe(0)
    expect(headerOf(request, 'X-Forwarded-For')).toBe(`203.0.113.9, ${address}`)
    expect(headerOf(request, 'X-Forwarded-Proto')).toBe('http')
    expect(headerOf(request, 'X-Forwarded-Host')).toBe(new URL(edge.url).hostname)
  })

  test('that a request came over https', async () => {
    edge.echo.forget()
    await edge.sendTls({ path: '/graphql', headers: [bearer(token)] })
    expect(edge.echo.seen.map((request) => headerOf(request, 'X-Forwarded-Proto'))).toEqual(['https'])
  })

  test('what was cut from the path', async () => {
    const request = onlySeen(await get([], '/in/movies/tt1'))
    expect(headerOf(request, 'X-Forwarded-Path')).toBe('/in/movies/tt1')
  })

  test('what the client sends, its language and conditions too', async () => {
    const sent: Header[] = [
      ['Accept-Language', 'hi, en;q=0.5'],
      ['If-None-Match', 'W/"x"'],
    ]
    const request = onlySeen(await get(sent))
    for (const [name, value] of sent) expect(headerOf(request, name)).toBe(value)
  })

  test('a traceparent of the edge: in the client’s trace where it is valid, else in one that begins here', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c'
    const parent = 'b7ad6b7169203331'
    const handedOn = async (...lines: readonly string[]): Promise<string | undefined> =>
      headerOf(onlySeen(await get(lines.map((line) => ['traceparent', line] as const))), 'traceparent')
    // Unsampled, unless a foreign Kong has its tracing_instrumentations on.
    const begun = new RegExp(`^00-(?!${trace})[0-9a-f]{32}-[0-9a-f]{16}-0[01]$`)
    const goesOn = new RegExp(`^00-${trace}-(?!${parent})[0-9a-f]{16}-0[01]$`)
    expect(await handedOn(`00-${trace}-${parent}-01`)).toMatch(goesOn)
    for (const lines of [[], ['nonsense'], [`00-${'0'.repeat(32)}-${parent}-01`], [`cc-${trace}-${parent}-01`]])
      expect(await handedOn(...lines), lines.join()).toMatch(begun)
    expect(await handedOn(), 'two requests, two traces').not.toBe(await handedOn())
  })

  test('nothing that was between the client and the edge alone', async () => {
    const sent: Header[] = [
      ['Keep-Alive', 'timeout=5'],
      ['Proxy-Connection', 'keep-alive'],
      ['X-Hop', '1'],
      ['Connection', 'close, hop-by-hop'],
      ['Hop-By-Hop', '1'],
    ]
    const request = onlySeen(await get(sent))
    for (const name of ['Keep-Alive', 'Proxy-Connection', 'Hop-By-Hop']) expect(headerOf(request, name)).toBeUndefined()
    expect(headerOf(request, 'X-Hop')).toBe('1')
  })

  test('a body byte for byte, with its length', async () => {
    const body = JSON.stringify({ query: '{ __typename }', variables: { title: 'Élan – ₹' } })
    const request = onlySeen(
      await ask(edge, { method: 'POST', path: '/graphql', headers: [bearer(token), json], body }),
    )
    expect(Buffer.from(request.body, 'latin1').toString()).toBe(body)
    expect(headerOf(request, 'Content-Length')).toBe(String(Buffer.byteLength(body)))
  })

  test('a chunked body with a length', async () => {
    const asked = await ask(edge, {
      method: 'POST',
      path: '/graphql',
      headers: [bearer(token)],
      chunks: ['{"a":', '1}'],
    })
    const request = onlySeen(asked)
    expect([request.body, headerOf(request, 'Content-Length')]).toEqual(['{"a":1}', '7'])
  })
})

describe('a client gets', () => {
  test.each([200, 201, 304, 400, 404, 405, 406, 413, 500, 503])('status %i as it is', async (status) => {
    edge.echo.answer(() => ({ status, headers: { etag: 'W/"x"' } }))
    const { got } = await get()
    expect([got.status, got.headers.etag]).toEqual([status, 'W/"x"'])
  })

  test('compressed bytes as they are', async () => {
    const text = 'Romania, Canada, USA-Teenage Space Vampires'
    const body = gzipSync(text)
    edge.echo.answer(() => ({ headers: { 'content-encoding': 'gzip', 'content-length': String(body.length) }, body }))
    const { got } = await get([['Accept-Encoding', 'gzip']])
    expect([got.headers['content-encoding'], got.headers['content-length']]).toEqual(['gzip', String(body.length)])
    const answer = await fetch(`${edge.url}/graphql`, { headers: { authorization: `Bearer ${token}` } })
    expect(await answer.text()).toBe(gunzipSync(body).toString())
  })

  test('several cookies of a page', async () => {
    edge.echo.answer(() => ({ headers: { 'set-cookie': ['a=1; Path=/', 'b=2; HttpOnly'] } }))
    const { got } = await ask(edge, { path: '/sign-in' })
    expect(got.headers['set-cookie']).toEqual(['a=1; Path=/', 'b=2; HttpOnly'])
  })

  test('a redirect that is not rewritten', async () => {
    edge.echo.answer(() => ({ status: 303, headers: { location: '/sign-in?return=%2Fauthorize' } }))
    const { got } = await ask(edge, { path: '/authorize' })
    expect([got.status, got.headers.location]).toEqual([303, '/sign-in?return=%2Fauthorize'])
  })

  test('a large answer whole', async () => {
    const body = randomBytes(5_000_000).toString('base64')
    edge.echo.answer(() => ({ body }))
    const { got } = await get()
    expect(got.text === body).toBe(true)
  })

  test('the edge’s own headers, by which an answer can be told from the edge’s', async () => {
    const { got: answer } = await get()
    expect(answer.headers).toMatchObject({
      'x-kong-upstream-latency': expect.stringMatching(/^\d+$/),
      'x-kong-proxy-latency': expect.stringMatching(/^\d+$/),
      via: expect.stringMatching(/^1\.1 kong\/3\./),
    })
    const { got: refusal } = await ask(edge, { path: '/nowhere' })
    expect(refusal.headers).toMatchObject({
      'x-kong-response-latency': expect.stringMatching(/^\d+$/),
      'x-kong-request-id': refusal.json().request_id,
    })
    for (const name of ['via', 'x-kong-upstream-latency']) expect(refusal.headers).not.toHaveProperty(name)
  })

  test('errors of the edge in the form that it accepts', async () => {
    const formOf = async (accept: string): Promise<string | undefined> =>
      (await ask(edge, { path: '/nowhere', headers: [['Accept', accept]] })).got.headers['content-type']
    expect(await formOf('application/json')).toMatch(/^application\/json/)
    expect(await formOf('text/html,application/xhtml+xml,*/*;q=0.8')).toMatch(/^text\/html/)
    const { got } = await ask(edge, { path: '/nowhere' })
    expect(got.json()).toEqual({ message: expect.any(String), request_id: expect.stringMatching(/^[0-9a-f]{32}$/) })
  })
})

describe('a WebSocket at /subscriptions', () => {
  async function open(path: string): Promise<{ head: string; echoed: string }> {
    const { hostname, port, host } = new URL(edge.url)
    const socket = connect(Number(port), hostname)
    const handshake =
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
      'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n'
    socket.setEncoding('latin1').write(handshake)
    let text = ''
    const read = async (until: (text: string) => boolean): Promise<void> => {
      while (!until(text)) text += String((await once(socket, 'data'))[0])
    }
    await read((all) => all.includes('\r\n\r\n'))
    const head = text.slice(0, text.indexOf('\r\n\r\n'))
    if (!head.startsWith('HTTP/1.1 101')) return { head, echoed: '' }
    text = text.slice(head.length + 4)
    socket.write('a message')
    await read((all) => all.includes('a message'))
    socket.destroy()
    return { head, echoed: text }
  }

  test('opens with a token in the address, as browsers must send it, and carries messages both ways', async () => {
    edge.echo.forget()
    const { head, echoed } = await open(`/subscriptions?access_token=${token}&a=1`)
    expect(head).toMatch(/^HTTP\/1\.1 101 /)
    expect(head.toLowerCase()).toContain('sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=')
    expect(echoed).toBe('a message')
    expect(edge.echo.seen.map((request) => [request.url, headerOf(request, 'X-Consumer-Username')])).toEqual([
      ['/graphql?a=1', 'website'],
    ])
  })

  test('stays closed without one', async () => {
    edge.echo.forget()
    const { head } = await open('/subscriptions')
    expect(head).toMatch(/^HTTP\/1\.1 401 /)
    expect(edge.echo.seen).toEqual([])
  })
})
