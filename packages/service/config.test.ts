import { inspect } from 'node:util'
import { Writable } from 'node:stream'
import { pino, type LoggerOptions } from 'pino'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { loggerOptions } from './logging.ts'
import { ConfigError, databaseSettings, portSetting, readConfig, serviceSettings, withoutPassword } from './config.ts'

const schema = z.object({ ...serviceSettings, ...databaseSettings, PORT: portSetting(8060) })

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(schema, env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

test('an empty environment gives the defaults of a development machine', () => {
  const config = readConfig(schema, {})
  expect(config).toMatchObject({
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    PORT: 8060,
    EDGE_SECRET: ['development-edge-secret'],
  })
  expect(config.DATABASE_URL).toMatch(/^sqlite:.*\/data\/movieverse\.sqlite$/)
})

test('every problem is told at once, each with its variable', () => {
  const problems = problemsOf({
    PORT: '99999',
    NODE_ENV: 'prod',
    LOG_LEVEL: 'loud',
    DATABASE_URL: 'postgres://x',
    DATABASE_POOL_SIZE: 'many',
  })
  expect(problems.map((problem) => problem.split(':')[0])).toEqual(
    expect.arrayContaining(['PORT', 'NODE_ENV', 'LOG_LEVEL', 'DATABASE_URL', 'DATABASE_POOL_SIZE']),
  )
})

test('a problem never repeats the value, since it may be a secret', () => {
  const problems = problemsOf({
    EDGE_SECRET: 'hunter2',
    DATABASE_URL: 'postgres://root:hunter2@db/x',
    DATABASE_READER_URL: 'mysql://root:hunter2@[bad',
  })
  expect(problems).toHaveLength(3)
  expect(problems.join()).not.toContain('hunter2')
})

test('production refuses the development secrets, beside every other problem', () => {
  const problems = problemsOf({ NODE_ENV: 'production', PORT: 'x', EDGE_SECRET: 'development-edge-secret' })
  expect(problems).toEqual([
    expect.stringMatching(/^PORT: /),
    'EDGE_SECRET: the development default is refused when NODE_ENV is production',
    'SERVICE_SECRET: the development default is refused when NODE_ENV is production',
  ])
  expect(problemsOf({ NODE_ENV: 'production', EDGE_SECRET: 'long enough', SERVICE_SECRET: 'long enough too' })).toEqual(
    [],
  )
})

test('a shared secret may be a list, each of it long enough, and none of it a development secret in production', () => {
  const list = 'the-new-secret, the-old-secret'
  expect(readConfig(schema, { EDGE_SECRET: list }).EDGE_SECRET).toEqual(['the-new-secret', 'the-old-secret'])
  for (const wrong of ['the-new-secret,', ',the-old-secret', 'the-new-secret,short'])
    expect(problemsOf({ EDGE_SECRET: wrong })).toEqual([expect.stringMatching(/^EDGE_SECRET/)])
  const secrets = { EDGE_SECRET: 'the-new-secret,development-edge-secret', SERVICE_SECRET: list }
  expect(problemsOf({ NODE_ENV: 'production', ...secrets })).toEqual([
    'EDGE_SECRET: the development default is refused when NODE_ENV is production',
  ])
})

test('secrets and passwords in URLs are not shown, however the configuration is printed', () => {
  const config = readConfig(schema, {
    EDGE_SECRET: 'hunter2-hunter2',
    DATABASE_URL: 'mysql://root:hunter2@db:3306/movies',
  })
  let logged = ''
  const options = loggerOptions({ level: 'info', service: 'x', region: '' }) as LoggerOptions
  const log = pino(options, new Writable({ write: (chunk, _encoding, done) => ((logged += chunk), done()) }))
  log.info({ config }, 'started')
  log.info(config, 'started')
  for (const text of [JSON.stringify(config), inspect(config), logged]) {
    expect(text).toContain('8060')
    expect(text).not.toContain('hunter2')
  }
  expect(inspect(config)).toContain('mysql://root:***@db:3306/movies')
  expect(config.EDGE_SECRET).toEqual(['hunter2-hunter2'])
})

test('the configuration cannot be changed', () => {
  const config = readConfig(schema, {})
  expect(() => Object.assign(config, { PORT: 1 })).toThrow(TypeError)
})

test('an empty variable counts as missing', () => {
  expect(readConfig(schema, { PORT: '', EDGE_SECRET: '' }).PORT).toBe(8060)
})

test('a password with an at sign is hidden whole', () => {
  expect(withoutPassword('mysql://root:p@ss@db/x')).toBe('mysql://root:***@db/x')
})
