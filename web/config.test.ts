import { expect, test } from 'vitest'
import { edgeCaFileOf, readWebConfig } from './config.ts'

const secrets = {
  EDGE_SECRET: 'an-edge-secret',
  SERVICE_SECRET: 'a-service-secret',
  PROVISION_KEY: 'a-provision-key',
  WEB_COOKIE_SECRET: 'a-cookie-secret',
  WEBSITE_CLIENT_SECRET: 'a-client-secret',
}

test('production refuses every secret that stands in the code', () => {
  const read = (): unknown => readWebConfig({ NODE_ENV: 'production' })
  for (const name of Object.keys(secrets)) expect(read).toThrow(`${name}: the development default is refused`)
  expect(readWebConfig({ NODE_ENV: 'production', ...secrets }).PORT).toBe(3000)
})

test('the edge is asked over https only', () => {
  expect(() => readWebConfig({ EDGE_TLS_URL: 'http://localhost:8000' })).toThrow('EDGE_TLS_URL: must be an https URL')
})

test('pictures of posters come over https from one host, by the id of their title', () => {
  const read = (POSTER_URL: string): unknown => readWebConfig({ POSTER_URL })
  expect(() => read('http://images.example.org/{imdbId}.jpg')).toThrow('POSTER_URL: must be an https URL')
  for (const url of ['https://images.example.org/all.jpg', 'https://{imdbId}.example.org/x.jpg'])
    expect(() => read(url), url).toThrow('POSTER_URL')
  expect(read('https://images.example.org/{imdbId}.jpg')).toHaveProperty('POSTER_URL')
})

test('no secret is printed', () => {
  const printed = JSON.stringify(readWebConfig({ ...secrets, WEB_DATABASE_URL: 'mysql://web:hidden@db/movieverse' }))
  for (const secret of [...Object.values(secrets), 'hidden']) expect(printed).not.toContain(secret)
})

test('the development certificate is trusted in development, and a given one everywhere', () => {
  expect(edgeCaFileOf(readWebConfig({}))).toMatch(/\/data\/edge\/edge\.crt$/)
  expect(edgeCaFileOf(readWebConfig({ NODE_ENV: 'production', ...secrets }))).toBe(null)
  expect(edgeCaFileOf(readWebConfig({ NODE_ENV: 'production', ...secrets, EDGE_CA_FILE: '/x.pem' }))).toBe('/x.pem')
})
