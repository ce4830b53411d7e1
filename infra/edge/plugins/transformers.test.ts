import { describe, expect, test } from 'vitest'
import {
  answerOf,
  exchangeOf,
  passBody,
  pluginOf,
  refusalsOf,
  type Asked,
} from '../../../tests/edge/support/plugin-bench.ts'
import { requestTransformer } from './request-transformer.ts'
import { responseTransformer } from './response-transformer.ts'

describe('request-transformer', () => {
  async function change(config: object, asked: Asked = {}) {
    const { request, ...exchange } = exchangeOf(asked)
    const answer = await pluginOf(requestTransformer, config).access?.({ ...exchange, request })
    expect(answer).toBeUndefined()
    return { request, headers: [...request.headers], body: (await request.body.read()).toString() }
  }

  test('headers are removed, renamed, replaced, added and appended, in this order', async () => {
    const { headers } = await change(
      {
        remove: { headers: ['x-drop', 'X-Gone:whatever'] },
        rename: { headers: ['X-Old:X-New', 'X-Missing:X-Other'] },
        replace: { headers: ['X-Set:replaced', 'X-None:no'] },
        add: { headers: ['X-Extra:http://a:b', 'X-Set:ignored', 'X-Drop:back'] },
        append: { headers: ['X-More:tail'] },
      },
      {
        headers: [
          ['X-Drop', '1'],
          ['x-drop', '2'],
          ['x-gone', '3'],
          ['X-Old', 'o'],
          ['X-Set', 's'],
          ['X-More', 'm'],
        ],
      },
    )
    expect(headers).toEqual([
      ['X-More', 'm'],
      ['x-new', 'o'],
      ['X-Set', 'replaced'],
      ['X-Extra', 'http://a:b'],
      ['X-Drop', 'back'],
      ['X-More', 'tail'],
    ])
  })

  test('a changed query is written anew by name, an untouched one stays as it was', async () => {
    const query = 'drop=1&old=a%2Fb&set=3&more=4&z=%C3%A9&flag'
    const { request } = await change(
      {
        remove: { querystring: ['drop'] },
        rename: { querystring: ['old:new'] },
        replace: { querystring: ['set:replaced', 'none:no'] },
        add: { querystring: ['extra:1', 'set:no'] },
        append: { querystring: ['more:tail'] },
      },
      { query },
    )
    expect(request.query).toBe('extra=1&flag&more=4&more=tail&new=a%2Fb&set=replaced&z=%C3%A9')
    expect((await change({ add: { headers: ['A:b'] } }, { query })).request.query).toBe(query)
    expect((await change({ remove: { querystring: ['a'] } }, { query: 'a=1' })).request.query).toBeUndefined()
  })

  test('templates take values of the request as it came', async () => {
    const { request, headers } = await change(
      {
        http_method: 'put',
        remove: { headers: ['X-Who'], querystring: ['name'] },
        replace: { uri: '/rewritten/$(query_params.name)/$(uri_captures.id)' },
        add: { headers: ['X-From:$(headers.x_who), $( headers.none ).'] },
      },
      { query: 'name=a%2F%3Fb%20c', headers: [['X-Who', 'me']], captures: { id: '42' } },
    )
    expect(request).toMatchObject({ method: 'PUT', path: '/rewritten/a/?b%20c/42' })
    expect(headers).toEqual([['X-From', 'me, .']])
  })

  test('a value of the query cannot end a header, and text beyond Latin-1 goes as UTF-8', async () => {
    const { headers } = await change(
      { add: { headers: ['X-Q:$(query_params.q)'] } },
      { query: 'q=a%0d%0aEvil:%20%E2%82%AC' },
    )
    expect(headers).toEqual([['X-Q', `aEvil: ${Buffer.from('€').toString('latin1')}`]])
  })

  test('arguments are sorted as they are written, of which the first hundred count', async () => {
    const { request } = await change({ add: { querystring: ['a:1'] } }, { query: 'a1=2&b=%zz%41' })
    expect(request.query).toBe('a1=2&a=1&b=%25zzA')
    const many = Array.from({ length: 120 }, (_, index) => `n${index}`).join('&')
    const cut = await change({ remove: { querystring: ['none'] } }, { query: many })
    expect(cut.request.query?.split('&')).toHaveLength(100)
  })

  test('an entry with an empty value changes nothing', async () => {
    const empty = { headers: ['X-Set:'] }
    const asked = { headers: [['X-Set', '1']] as const }
    expect((await change({ replace: empty, add: empty, append: empty }, asked)).headers).toEqual([['X-Set', '1']])
  })

  test('in a path only what no URI may hold is escaped', async () => {
    const uri = { replace: { uri: '/$(query_params.name)' } }
    const { request } = await change(uri, { query: 'name=%C3%A9%20%3C%25%5B~' })
    expect(request.path).toBe('/%C3%A9%20%3C%[~')
  })

  const json = [['Content-Type', 'application/json']] as const

  test('an empty body stays empty where nothing is added to it, and one that is too long for Kong counts as empty', async () => {
    const asked = { method: 'POST', headers: json }
    expect((await change({ remove: { body: ['a'] } }, asked)).body).toBe('')
    expect((await change({ add: { body: ['a:1'] } }, asked)).body).toBe('{"a":"1"}')
    const long = JSON.stringify({ b: 'x'.repeat(8192) })
    expect((await change({ remove: { body: ['b'] } }, { ...asked, body: long })).body).toBe(long)
    expect((await change({ add: { body: ['a:1'] } }, { ...asked, body: long })).body).toBe('{"a":"1"}')
  })

  const rules = {
    remove: { body: ['drop'] },
    rename: { body: ['old:new'] },
    replace: { body: ['set:replaced'] },
    add: { body: ['extra:1'] },
    append: { body: ['more:tail', 'first:one'] },
  }

  test('JSON fields are changed, what is left alone keeps its type', async () => {
    const body = '{"drop":1,"old":{"a":[1]},"set":2,"more":3,"list":[true,null],"n":1.5}'
    const changed = await change(rules, { method: 'POST', headers: [['Content-Type', 'application/json']], body })
    expect(JSON.parse(changed.body)).toEqual({
      set: 'replaced',
      more: ['tail'],
      list: [true, null],
      n: 1.5,
      new: { a: [1] },
      extra: '1',
      first: ['one'],
    })
    const slashes = await change({ add: { body: ['url:a/b'] } }, { method: 'POST', headers: json, body: '{"c":"d/e"}' })
    expect(slashes.body).toBe('{"c":"d\\/e","url":"a\\/b"}')
  })

  test('a form is changed, other bodies and broken JSON are left alone', async () => {
    const form = [['Content-Type', 'application/x-www-form-urlencoded']] as const
    const changed = await change(rules, { method: 'POST', headers: form, body: 'drop=1&old=2&set=3&more=4' })
    expect(changed.body).toBe('extra=1&first=one&more=4&more=tail&new=2&set=replaced')
    const text = await change(rules, { method: 'POST', headers: [['Content-Type', 'text/plain']], body: 'drop=1' })
    expect(text.body).toBe('drop=1')
    for (const body of ['{"drop":', '[1]', '"text"']) {
      const kept = await change(rules, { method: 'POST', headers: [['Content-Type', 'application/json']], body })
      expect(kept.body).toBe(body)
    }
  })

  test('without a rule for bodies nothing has to be waited for', () => {
    const exchange = exchangeOf({ method: 'POST', headers: [['Content-Type', 'application/json']], body: '{}' })
    expect(pluginOf(requestTransformer, { add: { headers: ['a:b'] } }).access?.(exchange)).toBeUndefined()
  })

  test('what is no pair, Lua, and a Host are refused', () => {
    const half = { headers: ['X-Only', 'X Y:z'], body: ['only', 'empty:'] }
    expect(refusalsOf(requestTransformer, { add: half, rename: { headers: ['a:b c'] } })).toEqual([
      "rename.headers.0: 'b c' is not a valid header",
      'add.headers.0: invalid value: X-Only',
      "add.headers.1: 'X Y' is not a valid header",
      "add.body.0: key 'only' has no value",
      "add.body.1: key 'empty' has no value",
    ])
    expect(refusalsOf(requestTransformer, { remove: { headers: ['a b'] } })).toEqual([
      "remove.headers.0: 'a b' is not a valid header",
    ])
    expect(refusalsOf(requestTransformer, { add: { headers: ['X:$(os.time())'] } })).toEqual([
      'add.headers: the embedded edge knows $(headers.x), $(query_params.x) and $(uri_captures.x) of Lua: run Kong',
    ])
    expect(refusalsOf(requestTransformer, { replace: { headers: ['Host:a'] } })).toEqual([
      ': the embedded edge sets Host by preserve_host and host_header only: run Kong',
    ])
    expect(refusalsOf(requestTransformer, { remove: { cookies: ['a'] } })).toEqual(['cookies: unknown field'])
  })
})

describe('response-transformer', () => {
  const type = ['Content-Type', 'application/json; charset=utf-8'] as const

  test('headers are removed, renamed, replaced, added and appended, in this order', () => {
    const response = answerOf(200, [
      ['X-Drop', '1'],
      ['X-Tag', 'blue'],
      ['X-Powered-By', 'echo'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ])
    pluginOf(responseTransformer, {
      remove: { headers: ['x-drop', 'Set-Cookie:/a/'] },
      rename: { headers: ['X-Tag:X-Label'] },
      replace: { headers: ['X-Powered-By:edge', 'X-None:no'] },
      add: { headers: ['X-Added:yes', 'X-Powered-By:no'] },
      append: { headers: ['X-Added:too'] },
    }).headers?.(exchangeOf(), response)
    expect([...response.headers]).toEqual([
      ['X-Label', 'blue'],
      ['X-Powered-By', 'edge'],
      ['X-Added', 'yes'],
      ['X-Added', 'too'],
    ])
  })

  test('fields of a JSON body are changed, with their types', () => {
    const response = answerOf(200, [type])
    pluginOf(responseTransformer, {
      remove: { json: ['secret'] },
      rename: { json: ['old:new'] },
      replace: { json: ['n:2', 'none:3'], json_types: ['number'] },
      add: { json: ['ok:true', 'n:4', 'nan:text'], json_types: ['boolean', 'string', 'number'] },
      append: { json: ['list:b', 'one:d', 'none:e'], json_types: ['string'] },
    }).headers?.(exchangeOf(), response)
    const body = passBody(response, '{"secret":1,"old":{"a":1},"n":1,"list":["a"],"one":"c"}')
    expect(JSON.parse(body)).toEqual({
      new: { a: 1 },
      n: 2,
      ok: true,
      list: ['a', 'b'],
      one: ['c', 'd'],
      none: ['e'],
    })
  })

  test('a body that is no JSON object passes as it is', () => {
    const plugin = pluginOf(responseTransformer, { remove: { json: ['a'] } })
    for (const [contentType, body] of [
      ['text/plain', '{"a":1}'],
      ['application/json', '[1]'],
      ['application/json', '{'],
      ['application/json-patch+json', '{"a":1}'],
    ] as const) {
      const response = answerOf(200, [['Content-Type', contentType]])
      plugin.headers?.(exchangeOf(), response)
      expect(passBody(response, body)).toBe(body)
    }
  })

  test('what is no pair is refused', () => {
    expect(refusalsOf(responseTransformer, { add: { json: ['a'] }, rename: { headers: ['a:b c'] } })).toEqual([
      "rename.headers.0: 'b c' is not a valid header",
      'add.json.0: invalid value: a',
    ])
  })

  test('it cannot stand beside a consumer', () => {
    expect(responseTransformer.allowsConsumer).toBe(false)
  })
})
