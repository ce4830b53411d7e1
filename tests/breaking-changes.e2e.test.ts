import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from './support/command.ts'

// `pnpm compose --check` in clones of this project, since what it compares with depends on what a clone has.
const folder = mkdtempSync(join(tmpdir(), 'movieverse-breaking-'))
const origin = join(folder, 'origin')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org']
const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', [...author, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

beforeAll(() => {
  const files = git(root, 'ls-files', '--cached', '--others', '--exclude-standard').trim().split('\n')
  for (const file of files.filter((name) => /^(subgraphs|supergraph|packages)\/|\.json$|^\.gitignore$/.test(name))) {
    if (!existsSync(join(root, file))) continue
    mkdirSync(dirname(join(origin, file)), { recursive: true })
    cpSync(join(root, file), join(origin, file))
  }
  git(origin, 'init', '--quiet', '--initial-branch=main')
  git(origin, 'add', '--all')
  git(origin, 'commit', '--quiet', '--message=the platform as it is')
})

let clones = 0

/** A clone with the installed packages of this checkout. */
function clone(...options: string[]): string {
  const path = join(folder, `clone-${++clones}`)
  git(folder, 'clone', '--quiet', ...options, `file://${origin}`, path)
  for (const each of ['.', 'supergraph', 'packages/regions', 'packages/service'])
    if (existsSync(join(root, each, 'node_modules')))
      symlinkSync(join(root, each, 'node_modules'), join(path, each, 'node_modules'))
  return path
}

function run(path: string, ...args: string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['supergraph/composition/compose.ts', ...args], {
    cwd: path,
    encoding: 'utf8',
  })
  return { status, output: stdout + stderr }
}

/** Changes the schema of every subgraph that has the text, composes, and commits. */
function change(path: string, from: RegExp, to: string): void {
  for (const name of ['catalog', 'region']) {
    const file = join(path, `subgraphs/${name}/schema.graphql`)
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to))
  }
  expect(run(path)).toMatchObject({ status: 0 })
  git(path, 'commit', '--quiet', '--all', '--message=a change')
}

/** With its description before it. */
const releaseYear = /^ {2}"""\n[^"]*"""\n {2}releaseYear: Int.*\n/m
const broken = {
  status: 1,
  output: expect.stringMatching(
    /the schema breaks clients of [0-9a-f]{12}:\n- Field 'releaseYear' was removed from object type 'Movie'/,
  ),
}

test('the schema as it is breaks nobody, also at the first commit of all', () => {
  expect(run(clone(), '--check')).toMatchObject({ status: 0, output: expect.stringContaining('0 breaking') })
})

test('a branch that takes a field away fails, and the change is named', () => {
  const path = clone()
  git(path, 'checkout', '--quiet', '-b', 'breaking')
  change(path, releaseYear, '')
  expect(run(path, '--check')).toMatchObject(broken)
  // Of several commits, too, and before it is committed.
  git(path, 'commit', '--quiet', '--allow-empty', '--message=another')
  expect(run(path, '--check')).toMatchObject(broken)
})

test('a branch that adds a field passes, though main has moved on', () => {
  const path = clone()
  git(path, 'checkout', '--quiet', '-b', 'adding')
  change(path, /^type Region /m, 'type Novelty @shareable { "What is new." new: Int }\ntype Region ')
  git(path, 'checkout', '--quiet', 'main')
  change(path, /^type Region /m, 'type Meanwhile @shareable { "What came." came: Int }\ntype Region ')
  git(path, 'update-ref', 'refs/remotes/origin/main', 'main')
  git(path, 'checkout', '--quiet', 'adding')
  expect(run(path, '--check')).toMatchObject({ status: 0 })
})

test('on main the last commit is looked at, and what is not committed yet', () => {
  const path = clone()
  change(path, releaseYear, '')
  git(path, 'update-ref', 'refs/remotes/origin/main', 'HEAD')
  expect(run(path, '--check')).toMatchObject(broken)
})

test('a shallow clone of a branch fetches what it lacks', () => {
  const path = clone()
  git(path, 'checkout', '--quiet', '-b', 'shallow')
  change(path, releaseYear, '')
  git(path, 'push', '--quiet', 'origin', 'shallow')
  const shallow = clone('--depth=1', '--branch=shallow')
  expect(run(shallow, '--check')).toMatchObject(broken)
  const ofMain = clone('--depth=1', '--branch=shallow')
  git(ofMain, 'update-ref', 'refs/remotes/origin/main', 'HEAD')
  expect(run(ofMain, '--check')).toMatchObject(broken)
})

test('without any branch or remote the commit before is compared with', () => {
  const path = clone()
  git(path, 'checkout', '--quiet', '--detach')
  change(path, releaseYear, '')
  git(path, 'branch', '--quiet', '-D', 'main')
  git(path, 'remote', 'remove', 'origin')
  expect(run(path, '--check')).toMatchObject(broken)
  expect(run(path, '--check', '--against=HEAD')).toMatchObject(broken)
})

test('where there is nothing to compare with, that is a failure which says so', () => {
  const path = clone()
  git(path, 'checkout', '--quiet', '-b', 'alone')
  change(path, releaseYear, '')
  git(path, 'push', '--quiet', 'origin', 'alone')
  const shallow = clone('--depth=1', '--branch=alone')
  git(shallow, 'remote', 'remove', 'origin')
  expect(run(shallow, '--check')).toMatchObject({ status: 1, output: expect.stringContaining('--depth=2') })
  expect(run(path, '--check', '--against=nowhere')).toMatchObject({
    status: 1,
    output: expect.stringContaining('nowhere is no commit'),
  })
  rmSync(join(path, '.git'), { recursive: true })
  expect(run(path, '--check')).toMatchObject({ status: 1, output: expect.stringContaining('no git repository') })
})
