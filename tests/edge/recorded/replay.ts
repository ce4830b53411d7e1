import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { differences, jsonOf, sumOf, type Expectation } from './expectations.ts'
import type { CaseUpstream } from './upstream.ts'
import { sendCase, type Address, type CaseRequest, type Reply } from './wire.ts'

interface SaveRule {
  readonly json?: string
  readonly header?: string
  readonly metric?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly regex?: string
}

interface Step {
  readonly request?: CaseRequest
  readonly expect?: Expectation
  readonly save?: Readonly<Record<string, SaveRule>>
  readonly fresh?: 'minute' | 'second'
  readonly control?: string
  readonly wait_ms?: number
  readonly eventually_ms?: number
}

/** A recorded case: requests one after another, and what a real Kong answered. */
export interface RecordedCase {
  readonly id: string
  readonly group: string
  readonly title: string
  /** Holds only with (or without) trust in the client's address. */
  readonly trusted?: boolean
  readonly steps: readonly Step[]
}

/** The edge under test. */
export interface EdgeUnderTest {
  readonly http: Address
  readonly https: Address
  readonly status: Address
  /** The file of the fixture's file-log plugin. */
  readonly logFile: string
  readonly upstream: CaseUpstream
}

/** Values that steps saved, for later ones. */
export type Variables = Map<string, unknown>

/** Variables of one run: a random text keeps cached answers of an earlier run away. */
export function startVariables({ http, https }: EdgeUnderTest): Variables {
  return new Map<string, unknown>([
    ['run', randomBytes(4).toString('hex')],
    ['http_port', String(http.port)],
    ['https_port', String(https.port)],
  ])
}

/** Plays a case; answers how it differed, nothing for a case that holds. */
export async function playCase({ steps }: RecordedCase, edge: EdgeUnderTest, variables: Variables): Promise<string[]> {
  for (const [index, step] of steps.entries()) {
    const problems = await playStep(step, edge, variables)
    if (problems.length > 0) return problems.map((problem) => `step ${index + 1}: ${problem}`)
  }
  return []
}

async function playStep(step: Step, edge: EdgeUnderTest, variables: Variables): Promise<string[]> {
  if (step.fresh === 'minute') await nextMinute()
  if (step.fresh === 'second') await pause(1000 - (Date.now() % 1000) + 30)
  if (step.control !== undefined) edge.upstream.control(step.control)
  await pause(step.wait_ms ?? 0)
  if (!step.request) return []
  const until = Date.now() + (step.eventually_ms ?? 0)
  for (;;) {
    // `as`: filling in keeps the shape.
    const request = fill(step.request, variables) as CaseRequest
    const expected = fill(step.expect ?? {}, variables) as Expectation
    const startedAt = Date.now()
    edge.upstream.take()
    let reply = await sendCase(request, addressOf(request, edge))
    for (let sent = 1; sent < (request.repeat ?? 1); sent++) reply = await sendCase(request, addressOf(request, edge))
    const log = 'log' in expected ? await lastLogEntry(edge.logFile, startedAt) : undefined
    const problems = differences(expected, reply, edge.upstream.take(), log)
    if (problems.length === 0 || Date.now() >= until) {
      save(step.save ?? {}, reply, variables)
      return problems
    }
    await pause(150)
  }
}

function addressOf(request: CaseRequest, edge: EdgeUnderTest): Address {
  if (request.target === 'status') return edge.status
  return request.tls || request.plain_on_tls ? edge.https : edge.http
}

let freshMinute = -1

/** Limits per minute are played right after a minute has begun; one wait serves all of them. */
async function nextMinute(): Promise<void> {
  const minuteMs = 60_000
  const isFresh = Math.floor(Date.now() / minuteMs) === freshMinute && Date.now() % minuteMs < 45_000
  if (isFresh) return
  await pause(minuteMs - (Date.now() % minuteMs) + 150)
  freshMinute = Math.floor(Date.now() / minuteMs)
}

function fill(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{(\w+)\}/g, (whole, name: string) =>
      variables.has(name) ? String(variables.get(name)) : whole,
    )
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, variables))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fill(item, variables)]))
}

function save(rules: Readonly<Record<string, SaveRule>>, reply: Reply, variables: Variables): void {
  for (const [name, rule] of Object.entries(rules)) {
    const value = savedValue(rule, reply)
    variables.set(name, rule.regex === undefined ? value : new RegExp(rule.regex).exec(String(value))?.[1])
  }
}

function savedValue({ json, header, metric, labels }: SaveRule, reply: Reply): unknown {
  if (json !== undefined) {
    return json.split('.').reduce<unknown>((value, name) => Reflect.get(Object(value), name), jsonOf(reply))
  }
  if (header !== undefined) return reply.headers[header]
  return metric === undefined ? undefined : (sumOf(reply.body.toString(), metric, labels) ?? 0)
}

/** The newest entry that is not older than the step; the file is written a moment after the answer. */
async function lastLogEntry(file: string, startedAt: number): Promise<unknown> {
  for (let attempt = 0; attempt < 40; attempt++) {
    const [line = ''] = (await readFile(file, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-1)
    const entry: unknown = line.endsWith('}') ? JSON.parse(line) : undefined
    if (typeof entry === 'object' && entry !== null && Number(Reflect.get(entry, 'started_at')) >= startedAt - 20)
      return entry
    await pause(50)
  }
  return undefined
}
