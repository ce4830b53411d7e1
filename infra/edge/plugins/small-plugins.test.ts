import { describe, expect, test } from 'vitest'
import {
  answerOf,
  bodyOf,
  consumer,
  exchangeOf,
  partsOf,
  pluginOf,
  refusalsOf,
} from '../../../tests/edge/support/plugin-bench.ts'
import { botDetection } from './bot-detection.ts'
import { correlationId } from './correlation-id.ts'
import { ipRestriction } from './ip-restriction.ts'
import { prometheus } from './prometheus.ts'
import { requestSizeLimiting } from './request-size-limiting.ts'
import { requestTermination } from './request-termination.ts'

describe('bot-detection', () => {
  const judge = (agent: string, config = {}) =>
    pluginOf(botDetection, config).access?.(exchangeOf({ headers: [['User-Agent', agent]] }))

  test.each([
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
    'facebookexternalhit/1.1',
    'Twitterbot/1.0',
    'Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)',
    'Go-http-client/1.1',
    'Scrapy/2.11 (+https://scrapy.org)',
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
    'Mozilla/5.0 (compatible; YandexMetrika/2.0; +http://yandex.com/bots)',
    'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
    'Mediapartners-Google',
    'ia_archiver',
    'WhatsApp/2.23.20.0',
    'Apache-HttpClient/4.5.14 (Java/17)',
    'axios/1.7.2',
    'okhttp/4.12.0',
    'reqwest/0.12',
    'Python-urllib/3.12',
    'aws-cli/2.15.0',
    'Boto3/1.34.0',
    'my scraper/1',
    'WordPress/6.5; https://example.com',
    'NewRelicPinger/1.0',
    'Mozilla/5.0 (compatible; MSIE 7.0; Windows NT 5.1; MSIECrawler)',
  ])('%s is refused', (agent) => {
    expect(judge(agent)).toMatchObject({ status: 403, message: 'Forbidden' })
  })

  test.each([
    'curl/8.0',
    'Wget/1.21',
    'python-requests/2.31',
    '',
    'node',
    'node-fetch/1.0',
    'undici',
    'PostmanRuntime/7.39.0',
    'Java/17.0.2',
    'python-urllib/3.12',
    'LinkedIn/9.0',
    'Deluge spade',
    'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15',
    'Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36',
  ])('%s passes', (agent) => {
    expect(judge(agent)).toBeUndefined()
  })

  test('own rules refuse and admit, and what admits wins; two User-Agents are a bad request', () => {
    const rules = { deny: ['BadTool'], allow: ['Googlebot-Friend'] }
    expect(judge('BadTool/1', rules)).toMatchObject({ status: 403 })
    expect(judge('BadTool Googlebot-Friend', rules)).toBeUndefined()
    const twice = exchangeOf({
      headers: [
        ['User-Agent', 'a'],
        ['user-agent', 'b'],
      ],
    })
    expect(pluginOf(botDetection).access?.(twice)).toMatchObject({ status: 400 })
  })
})

describe('correlation-id', () => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

  test.each([
    ['uuid', uuid],
    ['uuid#counter', /^[0-9a-f-]{36}#\d+$/],
  ])('%s ids look like Kong’s', async (generator, shape) => {
    const exchange = exchangeOf({ headers: [['Kong-Request-ID', '']] })
    await pluginOf(correlationId, { generator }).access?.(exchange)
    expect(exchange.request.headers.getAll('kong-request-id')).toEqual([expect.stringMatching(shape)])
  })

  test("a client's own id is kept and echoed on any answer, over one of the service", async () => {
    const plugin = pluginOf(correlationId, { header_name: 'X-Request-ID', echo_downstream: true })
    const exchange = exchangeOf({ headers: [['x-request-id', 'mine']] })
    await plugin.access?.(exchange)
    expect([...exchange.request.headers]).toEqual([['x-request-id', 'mine']])
    const response = answerOf(401, [['X-Request-ID', 'theirs']])
    plugin.headers?.(exchange, response)
    expect([...response.headers]).toEqual([['X-Request-ID', 'mine']])
  })

  test('an answer to a request that no route matched gets an id too', () => {
    const response = answerOf(404, [], 'kong')
    pluginOf(correlationId, { generator: 'uuid', echo_downstream: true }).headers?.(exchangeOf(), response)
    expect(response.headers.get('kong-request-id')).toMatch(uuid)
  })
})

describe('ip-restriction', () => {
  const judge = (config: object, clientAddress: string) =>
    pluginOf(ipRestriction, config).access?.(exchangeOf({ clientAddress }))

  test('what is denied, and what is not allowed, is refused with its address', () => {
    const denied = { deny: ['127.0.0.1', '192.0.2.0/24'] }
    expect(judge(denied, '192.0.2.44')).toMatchObject({ status: 403, message: 'IP address not allowed: 192.0.2.44' })
    expect(judge(denied, '198.51.100.9')).toBeUndefined()
    const allowed = { allow: ['203.0.113.0/24', '::1'], status: 451, message: 'Not from here' }
    expect(judge(allowed, '198.51.100.9')).toMatchObject({ status: 451, message: 'Not from here' })
    expect(judge(allowed, '203.0.113.9')).toBeUndefined()
    expect(judge(allowed, '::1')).toBeUndefined()
  })

  test('addresses and ranges are checked when the file is read', () => {
    expect(refusalsOf(ipRestriction, { allow: ['10.0.0.0/33', 'localhost', '10.0.0.1'] })).toEqual([
      "allow.0: invalid ip or cidr range: '10.0.0.0/33'",
      "allow.1: invalid ip or cidr range: 'localhost'",
    ])
  })
})

describe('request-size-limiting', () => {
  const limit = { allowed_payload_size: 100, size_unit: 'bytes' }

  test('the limit itself is allowed, one byte more is not, chunked or not', async () => {
    const plugin = pluginOf(requestSizeLimiting, limit)
    const ask = async (length: number, isChunked: boolean) =>
      plugin.access?.(exchangeOf({ method: 'POST', body: 'b'.repeat(length), isChunked }))
    for (const isChunked of [false, true]) {
      expect(await ask(100, isChunked)).toBeUndefined()
      expect(await ask(101, isChunked)).toMatchObject({ status: 413, message: 'Request size limit exceeded' })
    }
  })

  test('a length that is known is judged at once', () => {
    const answer = pluginOf(requestSizeLimiting, limit).access?.(exchangeOf({ body: 'x' }))
    expect(answer).toBeUndefined()
  })

  test('who waits for leave to send is told 417, and a missing length 411 where one is required', () => {
    const asked = { method: 'POST', body: 'b'.repeat(101), headers: [['Expect', '100-continue']] as const }
    expect(pluginOf(requestSizeLimiting, limit).access?.(exchangeOf(asked))).toMatchObject({ status: 417 })
    const strict = pluginOf(requestSizeLimiting, { ...limit, require_content_length: true })
    expect(strict.access?.(exchangeOf())).toMatchObject({ status: 411 })
  })
})

describe('request-termination', () => {
  test('the default is 503, a known status has a text, an unknown one an empty body', () => {
    expect(bodyOf(pluginOf(requestTermination).access?.(exchangeOf()) as never)).toEqual({
      message: 'Service unavailable',
    })
    const teapot = pluginOf(requestTermination, { status_code: 418 }).access?.(exchangeOf())
    expect(teapot).toEqual({ kind: 'body', status: 418, body: '' })
  })

  test('a body of its own goes out as it is', () => {
    const plugin = pluginOf(requestTermination, { status_code: 200, content_type: 'text/plain', body: 'static' })
    expect(plugin.access?.(exchangeOf())).toEqual({
      kind: 'body',
      status: 200,
      body: 'static',
      headers: [['Content-Type', 'text/plain']],
    })
  })

  test('with a trigger only what carries it is ended', () => {
    const plugin = pluginOf(requestTermination, { trigger: 'x-stop' })
    expect(plugin.access?.(exchangeOf())).toBeUndefined()
    expect(plugin.access?.(exchangeOf({ query: 'x-stop' }))).toMatchObject({ status: 503 })
    expect(plugin.access?.(exchangeOf({ headers: [['X-Stop', '']] }))).toMatchObject({ status: 503 })
  })

  test('what does not go together is refused', () => {
    expect(refusalsOf(requestTermination, { message: 'a', body: 'b' })).toEqual([
      ': message cannot be used with content_type or body',
    ])
    expect(refusalsOf(requestTermination, { content_type: 'text/plain' })).toEqual([': content_type requires a body'])
    expect(refusalsOf(requestTermination, { status_code: 99 })).toEqual([
      'status_code: value should be between 100 and 599',
    ])
  })
})

describe('prometheus', () => {
  test('an exchange is counted once by each plugin', () => {
    const edge = partsOf()
    const exchange = { ...exchangeOf(), consumer: consumer('website') }
    pluginOf(prometheus, { per_consumer: true }, edge).log?.(exchange)
    pluginOf(prometheus, {}, edge).log?.(exchange)
    expect(edge.counted).toEqual([exchange, exchange])
  })

  test('what matched no route is not counted', () => {
    const edge = partsOf()
    pluginOf(prometheus, {}, edge).log?.({ ...exchangeOf(), route: undefined, service: undefined })
    expect(edge.counted).toEqual([])
  })
})
