import { expect, test } from 'vitest'
import { apps, findSignInApp, parseApps } from './apps.ts'

const app = {
  clientId: 'some-app',
  name: 'Some app',
  type: 'browser',
  consumer: 'some-app',
  tier: 'free',
  scopes: ['viewer:read'],
  redirectUris: ['https://app.example.com/callback'],
}

test('people sign in through apps of people, not through services and keys', () => {
  expect(findSignInApp('demo-spa')?.name).toBe('Example single-page app')
  for (const clientId of ['demo-service', 'demo', 'partner', 'nobody']) expect(findSignInApp(clientId)).toBeUndefined()
})

test('no two apps share a consumer: limits and metrics would mix them', () => {
  expect(new Set(apps.map(({ consumer }) => consumer)).size).toBe(apps.length)
})

test.each([
  ['a redirect over plain http', { redirectUris: ['http://app.example.com/callback'] }, 'redirectUris'],
  ['a redirect with a fragment', { redirectUris: ['https://app.example.com/#callback'] }, 'redirectUris'],
  ['a redirect to a script', { redirectUris: ['javascript:alert(1)'] }, 'redirectUris'],
  ['an app of people without a redirect', { redirectUris: [] }, 'redirectUris'],
  ['a service with a redirect', { type: 'service' }, 'redirectUris'],
  ['an unknown scope', { scopes: ['admin'] }, 'scopes'],
  ['an unknown tier', { tier: 'gold' }, 'tier'],
  ['an unknown field', { secret: 'x' }, 'secret'],
])('%s is refused', (_what, change, field) => {
  expect(() => parseApps([{ ...app, ...change }])).toThrow(field)
})

test('a client id that stands twice is refused', () => {
  expect(() => parseApps([app, app])).toThrow('twice')
})
