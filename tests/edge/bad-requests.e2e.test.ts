import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { onlySeen } from './support/asking.ts'
import { sendBytes, type RawAnswer } from './support/send.ts'
import { startTestEdge, type TestEdge } from './support/test-edge.ts'
import { secretOf, serviceToken } from './support/tokens.ts'

let edge: TestEdge
let token = ''
beforeAll(async () => {
  edge = await startTestEdge()
  token = await serviceToken(edge)
})
afterAll(() => edge[Symbol.asyncDispose]())

const key = `apikey: ${secretOf('partner')}\r\n`
const host = 'Host: edge.example.com\r\n'
const head = `${host}${key}`
const post = `POST /graphql HTTP/1.1\r\n${head}`
const postWithToken = `POST /graphql HTTP/1.1\r\n${host}Authorization: Bearer THE-TOKEN\r\n`
const smuggled = `GET /in/movies/smuggled HTTP/1.1\r\n${host}\r\n`
const a = (length: number): string => 'a'.repeat(length)

/** What is sent, the statuses that it may get (0: none, the connection ends), and the URLs that a service may see. */
interface Shape {
  readonly name: string
  readonly pieces: readonly string[]
  readonly statuses: readonly number[]
  readonly urls: readonly string[]
}

function refused(name: string, status: number | readonly number[], ...pieces: string[]): Shape {
  return { name, pieces, statuses: typeof status === 'number' ? [status] : status, urls: [] }
}

function passed(name: string, url: string, ...pieces: string[]): Shape {
  return { name, pieces, statuses: [200], urls: [url] }
}

const framing: readonly Shape[] = [
  refused('CL and TE', 400, `${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`),
  refused('TE and CL', 400, `${post}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${smuggled}`),
  refused('two lengths', 400, `${post}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`),
  refused('one length twice', 400, `${post}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`),
  refused('an empty length', 400, `${post}Content-Length:\r\n\r\n`),
  refused('a negative length', 400, `${post}Content-Length: -1\r\n\r\n`),
  refused('a length with a sign', 400, `${post}Content-Length: +5\r\n\r\nhello`),
  refused('a length with letters', 400, `${post}Content-Length: 5x\r\n\r\nhello`),
  refused('a hexadecimal length', 400, `${post}Content-Length: 0x5\r\n\r\nhello`),
  refused('an endless length', 400, `${post}Content-Length: 99999999999999999999999\r\n\r\nhello`),
  refused('a list of lengths', 400, `${post}Content-Length: 5, 5\r\n\r\nhello`),
  refused('TE gzip', 501, `${post}Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n`),
  refused('TE gzip, chunked', 501, `${post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`),
  refused('TE identity', 501, `${post}Transfer-Encoding: identity\r\n\r\nhello`),
  refused('TE chunked, identity', 501, `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`),
  refused('two TE', 400, `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`),
  refused('TE with a space before the colon', 400, `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`),
  refused('a chunk size that is no number', 400, `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n`),
  refused('a negative chunk size', 400, `${post}Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n`),
  refused('a hexadecimal chunk size', 400, `${post}Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n`),
  refused('a chunk longer than its size', 400, `${post}Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n`),
  refused(
    'an endless chunk size',
    [400, 413],
    `${post}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n`,
  ),
]

const lines: readonly Shape[] = [
  refused('garbage', 400, 'HELLO\r\n\r\n'),
  refused('TLS on the plain port', 400, '\u0016\u0003\u0001\u0002garbage\r\n\r\n'),
  refused('a lower-case method', 400, `get /graphql HTTP/1.1\r\n${head}\r\n`),
  refused('a method with a control character', 400, `GE\u0001T /graphql HTTP/1.1\r\n${head}\r\n`),
  refused('TRACE', 405, `TRACE /graphql HTTP/1.1\r\n${head}\r\n`),
  refused('CONNECT', 400, `CONNECT edge.example.com:443 HTTP/1.1\r\nHost: edge.example.com:443\r\n\r\n`),
  refused('HTTP/3.0', 505, `GET /graphql HTTP/3.0\r\n${head}\r\n`),
  refused('a version that is none', 400, `GET /graphql HTTP/x.y\r\n${head}\r\n`),
  refused('a version in lower case', 400, `GET /graphql http/1.1\r\n${head}\r\n`),
  refused('a space in the target', 400, `GET /graphql x HTTP/1.1\r\n${head}\r\n`),
  refused('a target without a slash', 400, `GET graphql HTTP/1.1\r\n${head}\r\n`),
  refused('an asterisk', 400, `OPTIONS * HTTP/1.1\r\n${head}\r\n`),
  refused('a DEL in the path', 400, `GET /graphql\u007f HTTP/1.1\r\n${head}\r\n`),
  refused('a NUL in the path', 400, `GET /graphql\u0000 HTTP/1.1\r\n${head}\r\n`),
  refused('an encoded NUL in the path', 400, `GET /graphql%00 HTTP/1.1\r\n${head}\r\n`),
  refused('an escape that is cut off', 400, `GET /graphql%2 HTTP/1.1\r\n${head}\r\n`),
  refused('an escape that is none', 400, `GET /graphql%zz HTTP/1.1\r\n${head}\r\n`),
  refused('a way above the root', 400, `GET /../graphql HTTP/1.1\r\n${head}\r\n`),
  refused('an encoded way above the root', 400, `GET /%2e%2e/graphql HTTP/1.1\r\n${head}\r\n`),
  refused('a long target', 414, `GET /graphql?q=${a(9000)} HTTP/1.1\r\n${head}\r\n`),
]

const headers: readonly Shape[] = [
  refused('no Host', 400, `GET /graphql HTTP/1.1\r\n${key}\r\n`),
  refused('an empty Host', 400, `GET /graphql HTTP/1.1\r\nHost:\r\n${key}\r\n`),
  refused('two Hosts', 400, `GET /graphql HTTP/1.1\r\n${head}Host: other.example.com\r\n\r\n`),
  refused('a Host with a path', 400, `GET /graphql HTTP/1.1\r\nHost: a/b\r\n${key}\r\n`),
  refused('a Host with a space', 400, `GET /graphql HTTP/1.1\r\nHost: a b\r\n${key}\r\n`),
  refused('a header without a name', 400, `GET /graphql HTTP/1.1\r\n${head}: x\r\n\r\n`),
  refused('a space before the colon', 400, `GET /graphql HTTP/1.1\r\n${head}X-Bad : 1\r\n\r\n`),
  refused('a folded header', 400, `GET /graphql HTTP/1.1\r\n${head}X-Fold: a\r\n b\r\n\r\n`),
  refused('a NUL in a header', 400, `GET /graphql HTTP/1.1\r\n${head}X-Bad: a\u0000b\r\n\r\n`),
  refused('a bare carriage return in a header', 400, `GET /graphql HTTP/1.1\r\n${head}X-Bad: a\rb\r\n\r\n`),
  refused('a large header', 400, `GET /graphql HTTP/1.1\r\n${head}X-Big: ${a(9000)}\r\n\r\n`),
  refused('40 kB of headers', 400, `GET /graphql HTTP/1.1\r\n${head}${`X-Big: ${a(4000)}\r\n`.repeat(10)}\r\n`),
  refused('the key twice', 401, `GET /graphql HTTP/1.1\r\n${head}${key}\r\n`),
]

const bodies: readonly Shape[] = [
  refused('a body over the limit', 413, `${post}Content-Length: 70000\r\n\r\n`, a(35_000), a(35_000)),
  refused(
    'a body over the limit that waits to be asked for',
    417,
    `${post}Expect: 100-continue\r\nContent-Length: 70000\r\n\r\n`,
  ),
  refused(
    'chunks over the limit',
    413,
    `${post}Transfer-Encoding: chunked\r\n\r\n11170\r\n`,
    a(70_000),
    '\r\n0\r\n\r\n',
  ),
  // With a token: where there is none, Kong reads the body first, which might hold one.
  refused('an announced gigabyte', 413, `${postWithToken}Content-Length: 1073741824\r\n\r\n{`),
  refused('a body that ends early', 0, `${post}Content-Length: 50\r\n\r\n{"query"`),
  refused('chunks that end early', 0, `${post}Transfer-Encoding: chunked\r\n\r\n5\r\nhel`),
  refused('a head that ends early', 0, `GET /graphql HTTP/1.1\r\n${host}`),
]

const odd: readonly Shape[] = [
  passed('an absolute target', '/graphql', `GET http://edge.example.com/graphql HTTP/1.1\r\n${head}\r\n`),
  passed('double slashes', '/graphql', `GET //graphql HTTP/1.1\r\n${head}\r\n`),
  passed('two spaces before the target', '/graphql', `GET  /graphql HTTP/1.1\r\n${head}\r\n`),
  passed('empty lines before the request', '/graphql', `\r\n\r\nGET /graphql HTTP/1.1\r\n${head}\r\n`),
  passed('dot segments', '/graphql', `GET /in/../graphql HTTP/1.1\r\n${head}\r\n`),
  passed('encoded letters', '/graphql', `GET /%67%72aphql HTTP/1.1\r\n${head}\r\n`),
  passed('HTTP/1.0', '/graphql', `GET /graphql HTTP/1.0\r\n${head}\r\n`),
  passed('bytes beyond ASCII in a header', '/graphql', `GET /graphql HTTP/1.1\r\n${head}X-Title: \u00e9\u00ff\r\n\r\n`),
  passed('a rare method', '/graphql', `REPORT /graphql HTTP/1.1\r\n${head}\r\n`),
  passed('a GET with a body', '/graphql', `GET /graphql HTTP/1.1\r\n${head}Content-Length: 5\r\n\r\nhello`),
  passed('a POST without a body', '/graphql', `${post}\r\n`),
  passed('a body in single bytes', '/graphql', `${post}Content-Length: 5\r\n\r\n`, 'h', 'e', 'l', 'l', 'o'),
  passed('a chunk extension', '/graphql', `${post}Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\n\r\n`),
  passed('TE in capitals', '/graphql', `${post}Transfer-Encoding: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n`),
  passed(
    'an upgrade to HTTP/2',
    '/graphql',
    `GET /graphql HTTP/1.1\r\n${head}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
  ),
]

const shapes = { framing, lines, headers, bodies, odd }

test('there are at least fifty shapes', () => {
  expect(Object.values(shapes).flat().length).toBeGreaterThanOrEqual(50)
})

describe.each(Object.entries(shapes))('%s', (_, list) => {
  test.each(list)('$name', async ({ pieces, statuses, urls }) => {
    edge.echo.forget()
    const answer = await sendBytes(
      edge.url,
      pieces.map((piece) => piece.replace('THE-TOKEN', token)),
    )
    expect(statuses, answer.text.slice(0, 300)).toContain(answer.status ?? 0)
    expect(edge.echo.seen.map(({ url }) => url)).toEqual(urls)
    await expectAlive()
  })
})

async function expectAlive(): Promise<void> {
  edge.echo.forget()
  const got = await edge.send({ path: '/graphql', headers: [['apikey', secretOf('partner')]] })
  expect(onlySeen({ got, seen: [...edge.echo.seen] }).url).toBe('/graphql')
}

test('two requests on one connection are two requests', async () => {
  edge.echo.forget()
  const second = `GET /in/movies HTTP/1.1\r\n${head}\r\n`
  const answer: RawAnswer = await sendBytes(edge.url, [`${post}Content-Length: 5\r\n\r\nhello${second}`])
  expect(answer.text.match(/HTTP\/1\.1 200/gu)).toHaveLength(2)
  expect(edge.echo.seen.map(({ method, url, body }) => [method, url, body])).toEqual([
    ['POST', '/graphql', 'hello'],
    ['GET', '/movies', ''],
  ])
})

test('a trailer after the body adds no header', async () => {
  edge.echo.forget()
  const trailer = 'X-Authenticated-Userid: forged\r\nX-Trailer: 1\r\n'
  await sendBytes(edge.url, [`${post}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n${trailer}\r\n`])
  const [request] = edge.echo.seen
  expect([request?.body, request?.headers.get('x-trailer'), request?.headers.get('x-authenticated-userid')]).toEqual([
    'hello',
    undefined,
    undefined,
  ])
})

test('plain http on the TLS port is 400', async () => {
  const { host: tlsHost } = new URL(edge.tlsUrl)
  const answer = await sendBytes(`http://${tlsHost}`, [`GET /graphql HTTP/1.1\r\n${head}\r\n`])
  expect(answer.status).toBe(400)
})

test('a hundred clients that never finish keep nobody else waiting', async () => {
  const slow = Array.from({ length: 100 }, () => sendBytes(edge.url, [`${post}Content-Length: 50\r\n\r\n{`], 200))
  await wait(50)
  await expectAlive()
  await Promise.all(slow)
})
