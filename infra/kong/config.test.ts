import { expect, test } from 'vitest'
import { apps } from './apps.ts'
import { readKongConfig, secretNameOf } from './config.ts'

function problemsOf(env: Record<string, string>): string {
  try {
    readKongConfig(env)
    return ''
  } catch (error) {
    return String(error)
  }
}

test('every app that can keep a secret has a variable of its own, and a development default that says so', () => {
  const { secretOf } = readKongConfig({})
  const secrets = Object.fromEntries(apps.map((app) => [app.clientId, [secretNameOf(app), secretOf(app)]]))
  expect(secrets).toMatchObject({
    website: ['WEBSITE_CLIENT_SECRET', 'development-website-client-secret'],
    'demo-service': ['DEMO_SERVICE_CLIENT_SECRET', 'development-demo-service-client-secret'],
    partner: ['PARTNER_API_KEY', 'development-partner-api-key'],
    'demo-spa': [undefined, undefined],
    graphiql: [undefined, undefined],
  })
})

test('production refuses each development secret by name', () => {
  const problems = problemsOf({ NODE_ENV: 'production' })
  const names = ['EDGE_SECRET', 'PROVISION_KEY', ...apps.flatMap((app) => secretNameOf(app) ?? [])]
  for (const name of names) expect(problems).toContain(`${name}: the development default is refused`)
  expect(problems.match(/development default/g)).toHaveLength(names.length)
})

test('an empty secret is none', () => {
  expect(problemsOf({ NODE_ENV: 'production', PROVISION_KEY: '' })).toContain('PROVISION_KEY')
})

test.each([
  ['EDGE_UPSTREAMS', '{"supergraph":[]}'],
  ['EDGE_UPSTREAMS', '{"supergraph":["no port"]}'],
  ['EDGE_UPSTREAMS', '{"somewhere":["127.0.0.1:1"]}'],
  ['EDGE_UPSTREAMS', '['],
  ['EDGE_TARGETS', 'elsewhere'],
  ['RATE_LIMIT_REDIS_URL', 'http://127.0.0.1:6379'],
  ['EDGE_ACCESS_LOG', 'relative.log'],
  ['EDGE_TRACES_ENDPOINT', 'collector:4318'],
  ['KUBERNETES_NAMESPACE', 'a b'],
  ['EDGE_SECRET', 'a secret of words'],
  ['EDGE_SECRET', '$(headers.x_secret)'],
])('%s=%s is refused by name', (name, value) => {
  expect(problemsOf({ [name]: value })).toMatch(new RegExp(`^ConfigError: bad configuration:\\n {2}${name}: `))
})
