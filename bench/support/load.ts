import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** A request to repeat against a server, and the process whose processor time counts. */
export interface LoadTarget {
  readonly name: string
  readonly url: string
  readonly pid: number
  readonly method?: 'GET' | 'POST'
  readonly body?: string
  /** Several bodies in place of the one, sent in turn over all connections. */
  readonly bodies?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

/** What a server did under load. */
export interface LoadResult {
  readonly requestsPerSecond: number
  /** Processor time of the server's process per request, in microseconds. */
  readonly cpuPerRequest: number
}

/** Sends the request from 16 connections for some seconds with wrk. Throws where one answer was not 2xx. */
export async function loadWith(target: LoadTarget, seconds: number): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), 'movieverse-bench-'))
  try {
    const script = join(folder, 'request.lua')
    writeFileSync(script, luaOf(target))
    const before = cpuMicroseconds(target.pid)
    const output = await run('wrk', ['-t1', '-c16', `-d${seconds}s`, '-s', script, target.url])
    const cpu = cpuMicroseconds(target.pid) - before
    const requests = numberAfter(output, /(\d+) requests in/u)
    if (/Non-2xx|Socket errors/u.test(output)) throw new Error(`${target.name} did not answer 2xx:\n${output}`)
    return { requestsPerSecond: numberAfter(output, /Requests\/sec:\s+([\d.]+)/u), cpuPerRequest: cpu / requests }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function luaOf({ method = 'GET', body, bodies, headers = {} }: LoadTarget): string {
  const lines = [`wrk.method = ${JSON.stringify(method)}`]
  if (body !== undefined) lines.push(`wrk.body = ${luaText(body)}`)
  for (const [name, value] of Object.entries(headers))
    lines.push(`wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`)
  if (bodies) {
    lines.push(`local bodies, requests, sent = {${bodies.map(luaText).join(',')}}, {}, 0`)
    lines.push(
      'init = function() for i, body in ipairs(bodies) do requests[i] = wrk.format(nil, nil, nil, body) end end',
    )
    lines.push('request = function() sent = sent + 1; return requests[(sent - 1) % #requests + 1] end')
  }
  return lines.join('\n')
}

function luaText(text: string): string {
  return `[==[${text}]==]`
}

const ticksPerSecond = 100

/** User and system time that a process has used, from /proc; Linux only. */
function cpuMicroseconds(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return ((Number(afterName[11]) + Number(afterName[12])) / ticksPerSecond) * 1e6
}

async function run(command: string, args: string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  return text(child.stdout)
}

function numberAfter(output: string, pattern: RegExp): number {
  const found = pattern.exec(output)?.[1]
  if (found === undefined) throw new Error(`wrk printed no ${pattern}:\n${output}`)
  return Number(found)
}
