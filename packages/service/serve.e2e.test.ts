import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, onTestFailed, test } from 'vitest'

const program = fileURLToPath(new URL('testing/slow-service.ts', import.meta.url))
const parentProgram = fileURLToPath(new URL('testing/parent.ts', import.meta.url))

/** The service as a process of its own, killed at the end whatever happened. */
async function start(env: Record<string, string> = {}, file = program) {
  const child = spawn(process.execPath, [file], { env: { PORT: '0', ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: Record<string, unknown>[] = []
  const seen: Array<{ key: string; resolve: (line: Record<string, unknown>) => void }> = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    const entry = JSON.parse(line)
    lines.push(entry)
    for (const { key, resolve } of seen) if (entry.msg === key) resolve(entry)
  })
  const logged = (key: string): Promise<Record<string, unknown>> => {
    const known = lines.find(({ msg }) => msg === key)
    return known ? Promise.resolve(known) : new Promise((resolve) => seen.push({ key, resolve }))
  }
  const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }))
  const { listening } = await logged('ready')
  return {
    child,
    exited,
    logged,
    origin: String(listening),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('a request in flight is still answered, and the process ends with 0', async () => {
    await using service = await start()
    const answer = fetch(`${service.origin}/slow?ms=600`)
    await service.logged('slow request began')
    service.child.kill(signal)
    expect(await (await answer).json()).toEqual({ waited: true })
    expect(await service.exited).toEqual({ code: 0, signal: null })
  })

  test('readiness turns red first, while new requests are still served and told to go elsewhere', async () => {
    await using service = await start({ DRAIN_DELAY_MS: '1500' })
    service.child.kill(signal)
    await service.logged('stopping')
    const ready = await fetch(`${service.origin}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'draining' }])
    expect((await fetch(`${service.origin}/livez`)).status).toBe(200)
    const answer = await fetch(`${service.origin}/slow?ms=1`)
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close'])
    expect((await service.exited).code).toBe(0)
  })

  test('a second signal ends the process at once', async () => {
    await using service = await start({ DRAIN_DELAY_MS: '60000' })
    const started = performance.now()
    service.child.kill(signal)
    await service.logged('stopping')
    // Two signals of one Ctrl-C come within 100 ms and count as one.
    await wait(150)
    service.child.kill(signal)
    expect((await service.exited).code).toBe(signal === 'SIGINT' ? 130 : 143)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

test('a request that never ends does not hold the process beyond its deadline', async () => {
  await using service = await start({ SHUTDOWN_TIMEOUT_MS: '300' })
  const answer = fetch(`${service.origin}/slow?ms=60000`).catch(() => 'cut off')
  await service.logged('slow request began')
  service.child.kill('SIGTERM')
  expect((await service.exited).code).toBe(1)
  expect(await answer).toBe('cut off')
})

test('a taken port is one clear line and exit code 1', async () => {
  await using service = await start()
  const port = new URL(service.origin).port
  const second = spawn(process.execPath, [program], { env: { PORT: port }, stdio: ['ignore', 'ignore', 'pipe'] })
  const [[code], stderr] = await Promise.all([once(second, 'exit'), text(second.stderr)])
  expect(code).toBe(1)
  expect(stderr).toBe(`cannot listen on 127.0.0.1:${port}: the port is taken by another process\n`)
})

test('a process that its parent left behind answers what it has in hand and ends', async () => {
  await using parent = await start({}, parentProgram)
  const { child } = await parent.logged('started')
  onTestFailed(() => void process.kill(Number(child), 'SIGKILL'))
  const answer = fetch(`${parent.origin}/slow?ms=300`)
  await parent.logged('slow request began')
  parent.child.kill('SIGKILL')
  expect(await (await answer).json()).toEqual({ waited: true })
  // The pipe that both write to ends with the last of them.
  await finished(parent.child.stdout)
  await expect(fetch(`${parent.origin}/livez`)).rejects.toThrow('fetch failed')
})

test('a rejection that nobody catches is logged and ends the process with 1', async () => {
  await using service = await start()
  await fetch(`${service.origin}/reject`).catch(() => {})
  expect(await service.logged('uncaught error')).toMatchObject({ level: 60, err: { message: 'nobody catches this' } })
  expect((await service.exited).code).toBe(1)
})
