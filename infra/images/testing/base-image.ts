import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** Loaded by name at run time, and so unknown to ldd. */
const libraries = [
  'librt.so.1',
  'libpthread.so.0',
  'libdl.so.2',
  'libnss_dns.so.2',
  'libnss_files.so.2',
  'libresolv.so.2',
]

/**
 * Makes an image that stands for Node's own, of what is on this machine: this Node, npm, a shell, glibc and certificates.
 * Nothing is pulled. The tag is the caller's to remove.
 */
export function importBaseImage(tag: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'movieverse-base-image-'))
  try {
    assemble(folder)
    const certificates = '/etc/ssl/certs/ca-certificates.crt'
    const settings = [
      'PATH=/usr/local/bin:/usr/bin',
      `NODE_EXTRA_CA_CERTS=${certificates}`,
      `SSL_CERT_FILE=${certificates}`,
    ]
    const archive = `${folder}.tar`
    execFileSync('tar', ['--create', '--file', archive, '--directory', folder, '.'])
    try {
      const changes = settings.flatMap((setting) => ['--change', `ENV ${setting}`])
      execFileSync('podman', ['import', ...changes, archive, tag], { stdio: 'pipe' })
    } finally {
      rmSync(archive)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function assemble(folder: string): void {
  for (const path of [
    'usr/bin',
    'usr/lib',
    'usr/lib64',
    'usr/local/bin',
    'usr/local/lib/node_modules',
    'etc/ssl',
    'tmp',
    'root',
  ])
    mkdirSync(join(folder, path), { recursive: true })
  chmodSync(join(folder, 'tmp'), 0o1777)
  for (const name of ['bin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(folder, name))
  const programs = [process.execPath, ...['sh', 'env', 'rm'].map((name) => `/usr/bin/${name}`)]
  for (const program of programs) {
    const target = program === process.execPath ? 'usr/local/bin/node' : join('usr/bin', basename(program))
    copyFileSync(program, join(folder, target))
  }
  for (const library of new Set(programs.flatMap(librariesOf))) copyInto(folder, library)
  cpSync('/etc/ssl/certs', join(folder, 'etc/ssl/certs'), { recursive: true, dereference: true })
  // The program that PATH finds is a link to npm/bin/npm-cli.js.
  const npm = realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim())
  cpSync(dirname(dirname(npm)), join(folder, 'usr/local/lib/node_modules/npm'), { recursive: true, dereference: true })
  symlinkSync('../lib/node_modules/npm/bin/npx-cli.js', join(folder, 'usr/local/bin/npx'))
  writeFileSync(join(folder, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\n')
}

/** What a program is linked with, and what glibc and pnpm load besides, from the same folders. */
function librariesOf(program: string): string[] {
  const linked = execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+/gu) ?? []
  const besides = [...new Set(linked.map((path) => dirname(path)))].flatMap((folder) =>
    libraries.map((name) => join(folder, name)),
  )
  return [...linked, ...besides.filter((path) => existsSync(path))]
}

function copyInto(folder: string, path: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  copyFileSync(path, join(folder, path))
}
