import { spawnSync } from 'node:child_process'
import type { TestProject } from 'vitest/node'
import { executable } from './mariadb.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether promtool and prometheus can be run here. */
    hasPrometheus: boolean
    /** Whether kubectl can be run here; it needs no cluster. */
    hasKubectl: boolean
    /** Where nginx is, on which Kong stands; empty where it cannot be run. */
    nginx: string
    /** Whether images can be built and run here. */
    hasPodman: boolean
  }
}

/** Finds the tools that infrastructure is checked with, or says in a line each what is left out; with CI=true that fails. */
export default function setup(project: TestProject): void {
  project.provide('hasPrometheus', find('promtool', ['--version'], 'the tests of rules and alerts', 'prometheus'))
  const kubectl = find('kubectl', ['version', '--client'], 'the tests of Kubernetes manifests', 'kubernetes-client')
  project.provide('hasKubectl', kubectl)
  const nginx = executable('nginx') ?? 'nginx'
  project.provide('nginx', find(nginx, ['-v'], 'the test of what Kong’s nginx is told', 'nginx') ? nginx : '')
  const podman = find('podman', ['--version'], 'the tests of the image', 'podman buildah runc')
  project.provide('hasPodman', podman && canRunContainers())
}

function find(command: string, args: readonly string[], tests: string, debianPackage: string): boolean {
  if (spawnSync(command, args).status === 0) return true
  const message = `${command} is not installed: ${tests} are left out (apt-get install ${debianPackage})`
  if (process.env.CI === 'true') throw new Error(message)
  console.warn(message)
  return false
}

/** Inside some containers podman may not make another. That is the machine's, and no fault of ours. */
function canRunContainers(): boolean {
  if (spawnSync('podman', ['info']).status === 0) return true
  console.warn('podman is installed and may not run containers here: the tests of the image are left out')
  return false
}
