import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, bearer, headerOf, onlySeen } from './support/asking.ts'
import type { Got } from './support/send.ts'
import { startTestEdge, type TestEdge } from './support/test-edge.ts'
import {
  accessTokenOf,
  askToken,
  authorize,
  authorizeForm,
  codeForm,
  newCode,
  newPkce,
  provisionKey,
  redirectOf,
  redirectUriOf,
  secretOf,
  serviceForm,
  signIn,
} from './support/tokens.ts'

let edge: TestEdge
beforeAll(async () => {
  edge = await startTestEdge()
})
afterAll(() => edge[Symbol.asyncDispose]())

const form = ['Content-Type', 'application/x-www-form-urlencoded'] as const

function expectError(answer: Got, error: string, description?: string, status = 400): void {
  expect(answer.status, answer.text).toBe(status)
  expect(answer.json()).toMatchObject({ error, ...(description !== undefined && { error_description: description }) })
}

async function statusWith(token: string): Promise<number> {
  return (await ask(edge, { path: '/graphql', headers: [bearer(token)] })).got.status
}

describe('the token endpoint', () => {
  test('answers over https, so that nobody may keep the answer', async () => {
    const answer = await askToken(edge, serviceForm())
    expect(answer.json()).toEqual({
      access_token: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
      token_type: 'bearer',
      expires_in: 3600,
    })
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
  })

  test('refuses plain http before it looks at the secret', async () => {
    const body = new URLSearchParams(serviceForm()).toString()
    const answer = await edge.send({ method: 'POST', path: '/oauth2/token', headers: [form], body })
    expectError(answer, 'access_denied', 'You must use HTTPS')
  })

  test('takes no client’s word that TLS ended somewhere before', async () => {
    const body = new URLSearchParams(serviceForm()).toString()
    const headers = [form, ['X-Forwarded-Proto', 'https']] as const
    expectError(await edge.send({ method: 'POST', path: '/oauth2/token', headers, body }), 'access_denied')
  })

  test('takes POST alone', async () => {
    const answer = await edge.sendTls({ path: '/oauth2/token' })
    expectError(answer, 'invalid_method', 'The HTTP method GET is invalid for the token endpoint', 405)
  })

  test('is asked of no service', async () => {
    edge.echo.forget()
    await askToken(edge, serviceForm())
    await askToken(edge, {})
    expect(edge.echo.seen).toEqual([])
  })

  test('has no neighbours', async () => {
    for (const path of ['/oauth2/', '/oauth2/tokens', '/oauth2/token/x', '/oauth2/revoke', '/oauth2_tokens']) {
      expect((await edge.sendTls({ path, method: 'POST' })).status, path).toBe(404)
    }
  })

  test('may be asked by pages of the registered browser apps', async () => {
    const headers = [
      ['Origin', new URL(redirectUriOf('demo-spa')).origin],
      ['Access-Control-Request-Method', 'POST'],
    ] as const
    const answer = await edge.sendTls({ method: 'OPTIONS', path: '/oauth2/token', headers })
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, headers[0][1]])
  })
})

describe('client credentials', () => {
  test('a secret may come by Basic', async () => {
    const basic = Buffer.from(`demo-service:${secretOf('demo-service')}`).toString('base64')
    const answer = await edge.sendTls({
      method: 'POST',
      path: '/oauth2/token',
      headers: [form, ['Authorization', `Basic ${basic}`]],
      body: 'grant_type=client_credentials',
    })
    expect(answer.status).toBe(200)
  })

  test('a wrong secret is refused: 400 in the form, 401 by Basic', async () => {
    expectError(await askToken(edge, serviceForm({ client_secret: 'wrong' })), 'invalid_client')
    const answer = await edge.sendTls({
      method: 'POST',
      path: '/oauth2/token',
      headers: [form, ['Authorization', `Basic ${Buffer.from('demo-service:wrong').toString('base64')}`]],
      body: 'grant_type=client_credentials',
    })
    expectError(answer, 'invalid_client', 'Invalid client authentication', 401)
    expect(answer.headers['www-authenticate']).toBe('Basic realm="OAuth2.0"')
  })

  test('an unknown client and a missing secret are told apart from nothing', async () => {
    const unknown = await askToken(edge, serviceForm({ client_id: 'nobody' }))
    const { client_secret: _, ...withoutSecret } = serviceForm()
    const missing = await askToken(edge, withoutSecret)
    expect(missing.json()).toEqual(unknown.json())
    expectError(missing, 'invalid_client', 'Invalid client authentication')
  })

  test('an API key’s client id is no client', async () => {
    expectError(
      await askToken(edge, serviceForm({ client_id: 'demo', client_secret: secretOf('demo') })),
      'invalid_client',
    )
  })

  test('scopes are those of viewers, and none is needed', async () => {
    expectError(await askToken(edge, serviceForm({ scope: 'admin' })), 'invalid_scope', '"admin" is an invalid scope')
    for (const scope of ['viewer:read', 'viewer:read viewer:write', '']) {
      expect((await askToken(edge, serviceForm({ scope }))).status, scope).toBe(200)
    }
  })

  test('a user can be named only with the provision key', async () => {
    const named = { authenticated_userid: 'user-1' }
    expectError(await askToken(edge, serviceForm(named)), 'invalid_provision_key')
    expectError(await askToken(edge, serviceForm({ ...named, provision_key: 'wrong' })), 'invalid_provision_key')
    const answer = await askToken(edge, serviceForm({ ...named, provision_key: provisionKey }))
    const request = onlySeen(await ask(edge, { path: '/graphql', headers: [bearer(accessTokenOf(answer))] }))
    expect(headerOf(request, 'X-Authenticated-Userid')).toBe('user-1')
  })

  test('other grants are not offered', async () => {
    for (const grant_type of ['password', 'implicit', 'urn:ietf:params:oauth:grant-type:device_code', '']) {
      const changes = {
        grant_type,
        username: 'a',
        password: 'b',
        provision_key: provisionKey,
        authenticated_userid: 'u',
      }
      expectError(await askToken(edge, serviceForm(changes)), 'unsupported_grant_type', 'Invalid grant_type')
    }
  })
})

describe.each(['demo-spa', 'website'])('signing in with %s', (clientId) => {
  test('gives a token of the user that works, and one to refresh it', async () => {
    const { code, verifier } = await newCode(edge, clientId)
    const answer = await askToken(edge, codeForm(clientId, code, verifier))
    expect(answer.json()).toMatchObject({ token_type: 'bearer', expires_in: 3600, refresh_token: expect.any(String) })
    const request = onlySeen(await ask(edge, { path: '/graphql', headers: [bearer(accessTokenOf(answer))] }))
    expect(headerOf(request, 'X-Authenticated-Userid')).toBe('user-1')
    expect(headerOf(request, 'X-Authenticated-Scope')).toBe('viewer:read')
  })

  test('sends the browser back to the registered address, with the state', async () => {
    const redirect = redirectOf(await authorize(edge, authorizeForm(clientId, newPkce())))
    expect(`${redirect.origin}${redirect.pathname}`).toBe(redirectUriOf(clientId))
    expect(redirect.searchParams.get('state')).toBe('the-state')
    expect(redirect.searchParams.get('code')).toMatch(/^[A-Za-z0-9]{32}$/)
  })

  test('works once for each code', async () => {
    const { code, verifier } = await newCode(edge, clientId)
    expect((await askToken(edge, codeForm(clientId, code, verifier))).status).toBe(200)
    expectError(await askToken(edge, codeForm(clientId, code, verifier)), 'invalid_request', 'Invalid code')
  })

  test('needs the verifier that belongs to the code', async () => {
    const { code, verifier } = await newCode(edge, clientId)
    expectError(await askToken(edge, codeForm(clientId, code, newPkce().verifier)), 'invalid_grant')
    const { code_verifier: _, ...without } = codeForm(clientId, code, verifier)
    expectError(await askToken(edge, without), 'invalid_request')
    expect((await askToken(edge, codeForm(clientId, code, verifier))).status).toBe(200)
  })

  test('needs a challenge, and a hashed one', async () => {
    const { code_challenge: _, code_challenge_method: __, ...without } = authorizeForm(clientId, newPkce())
    expect(redirectOf(await authorize(edge, without)).searchParams.get('error')).toBe('invalid_request')
    const plain = authorizeForm(clientId, newPkce(), { code_challenge_method: 'plain' })
    expect(redirectOf(await authorize(edge, plain)).searchParams.get('error')).toBe('invalid_request')
  })

  test('sends nobody to an address that is not registered', async () => {
    const changes = { redirect_uri: 'https://evil.example.com/callback' }
    const answer = await authorize(edge, authorizeForm(clientId, newPkce(), changes))
    expect(answer.status).toBe(400)
    const redirect = redirectOf(answer)
    expect(`${redirect.origin}${redirect.pathname}`).toBe(redirectUriOf(clientId))
    expect([redirect.searchParams.get('error'), redirect.searchParams.get('code')]).toEqual(['invalid_request', null])
  })

  test('gives another client nothing for its code', async () => {
    const other = clientId === 'website' ? 'demo-spa' : 'website'
    const { code, verifier } = await newCode(edge, clientId)
    expectError(await askToken(edge, codeForm(other, code, verifier)), 'invalid_request')
  })
})

describe('/oauth2/authorize', () => {
  test('answers only who knows the provision key', async () => {
    for (const provision_key of ['', 'wrong']) {
      const answer = await authorize(edge, authorizeForm('demo-spa', newPkce(), { provision_key }))
      expectError(answer, 'invalid_provision_key', 'Invalid provision_key')
    }
  })

  test('needs a user, a known client and https', async () => {
    const { authenticated_userid: _, ...nobody } = authorizeForm('demo-spa', newPkce())
    expectError(await authorize(edge, nobody), 'invalid_authenticated_userid')
    expectError(await authorize(edge, authorizeForm('demo-spa', newPkce(), { client_id: 'nobody' })), 'invalid_client')
    const body = new URLSearchParams(authorizeForm('demo-spa', newPkce())).toString()
    expectError(
      await edge.send({ method: 'POST', path: '/oauth2/authorize', headers: [form], body }),
      'access_denied',
      'You must use HTTPS',
    )
  })

  test('gives no token in an address', async () => {
    const answer = await authorize(edge, authorizeForm('demo-spa', newPkce(), { response_type: 'token' }))
    const redirect = redirectOf(answer)
    expect(redirect.searchParams.get('error')).toBe('unsupported_response_type')
    expect(redirect.href).not.toContain('access_token')
  })

  test('refuses a scope that there is not', async () => {
    const answer = await authorize(edge, authorizeForm('demo-spa', newPkce(), { scope: 'viewer:read admin' }))
    expect(redirectOf(answer).searchParams.get('error')).toBe('invalid_scope')
  })
})

describe('refreshing', () => {
  const refresh = (clientId: string, token: string): Promise<Got> =>
    askToken(edge, {
      grant_type: 'refresh_token',
      client_id: clientId,
      ...(secretOf(clientId) && { client_secret: secretOf(clientId) }),
      refresh_token: token,
    })

  test.each(['demo-spa', 'website'])('replaces both tokens of %s: the old ones are dead at once', async (clientId) => {
    const old = await signIn(edge, clientId, 'user-2')
    expect(await statusWith(old.access)).toBe(200)
    const answer = await refresh(clientId, old.refresh)
    expect(answer.status).toBe(200)
    expect(await statusWith(old.access)).toBe(401)
    expectError(await refresh(clientId, old.refresh), 'invalid_request', 'Invalid refresh_token')
    const request = onlySeen(await ask(edge, { path: '/graphql', headers: [bearer(accessTokenOf(answer))] }))
    expect(headerOf(request, 'X-Authenticated-Userid')).toBe('user-2')
    expect(headerOf(request, 'X-Authenticated-Scope')).toBe('viewer:read viewer:write')
  })

  test('cannot widen the scope', async () => {
    const old = await signIn(edge, 'demo-spa', 'user-3', 'viewer:read')
    const answer = await askToken(edge, {
      grant_type: 'refresh_token',
      client_id: 'demo-spa',
      refresh_token: old.refresh,
      scope: 'viewer:read viewer:write',
    })
    const request = onlySeen(await ask(edge, { path: '/graphql', headers: [bearer(accessTokenOf(answer))] }))
    expect(headerOf(request, 'X-Authenticated-Scope')).toBe('viewer:read')
  })

  test('is not for another client, nor for an access token', async () => {
    const mine = await signIn(edge, 'demo-spa', 'user-4')
    expectError(await refresh('website', mine.refresh), 'invalid_client')
    expectError(await refresh('demo-spa', mine.access), 'invalid_request', 'Invalid refresh_token')
    expect(await statusWith(mine.access)).toBe(200)
    expect(await statusWith(mine.refresh)).toBe(401)
  })
})
